#include "libs/service/serve_event_log.h"

#include <algorithm>
#include <chrono>

#include "libs/bus/wake.h"
#include "muara/event/v1/event_log.pb.h"

namespace muara::service {
namespace {

using namespace event::v1;  // NOLINT: the messages of this one service

constexpr auto kPoll = std::chrono::milliseconds(50);

template <class Message>
void Fill(const bus::LogEntry& entry, Message* out) {
  out->set_position(entry.position);
  out->set_envelope(entry.envelope);
}

Result<ReadResponse> Read(const bus::OwnerLog& log, const ReadRequest& request) {
  ASSIGN_OR_RETURN(const bus::OwnerLog::Page page,
                   log.Read(request.part(), request.from(), request.limit()));
  ReadResponse response;
  response.set_epoch(page.epoch);
  response.set_head(page.head);
  for (const bus::LogEntry& entry : page.entries) Fill(entry, response.add_entries());
  return response;
}

Result<HeadResponse> Head(const bus::OwnerLog& log) {
  ASSIGN_OR_RETURN(const bus::OwnerLog::Heads heads, log.Head());
  HeadResponse response;
  response.set_epoch(heads.epoch);
  for (const int64_t position : heads.positions) response.add_positions(position);
  return response;
}

Result<ReportCheckpointsResponse> Report(const bus::OwnerLog& log,
                                         const ReportCheckpointsRequest& request) {
  RETURN_IF_ERROR(log.ReportCheckpoints(request.consumer(), request.epoch(),
                                        {request.positions().begin(), request.positions().end()}));
  return ReportCheckpointsResponse();
}

Status Subscribe(const bus::OwnerLog& log, const rpc::Call& call, const SubscribeRequest& request,
                 const std::function<bool(const SubscribeResponse&)>& write) {
  int64_t next = std::max<int64_t>(1, request.from());
  bus::Wake never;
  while (!call.is_cancelled()) {
    ASSIGN_OR_RETURN(const bus::OwnerLog::Page page, log.Read(request.part(), next, 0));
    for (const bus::LogEntry& entry : page.entries) {
      SubscribeResponse response;
      Fill(entry, response.mutable_entry());
      if (!write(response)) return Ok();
      next = entry.position + 1;
    }
    if (page.entries.empty()) never.WaitFor(kPoll);
  }
  return MakeError(Code::kUnavailable, "STREAM_ENDED", "subscribe again from the next position");
}

}  // namespace

void ServeEventLog(rpc::Server& server, const bus::OwnerLog& log) {
  server.Unary<ReadRequest, ReadResponse>(
      "muara.event.v1.EventLog/Read",
      [&log](const rpc::Call&, const ReadRequest& request) { return Read(log, request); });
  server.Unary<HeadRequest, HeadResponse>(
      "muara.event.v1.EventLog/Head",
      [&log](const rpc::Call&, const HeadRequest&) { return Head(log); });
  server.Unary<ReportCheckpointsRequest, ReportCheckpointsResponse>(
      "muara.event.v1.EventLog/ReportCheckpoints",
      [&log](const rpc::Call&, const ReportCheckpointsRequest& request) {
        return Report(log, request);
      });
  server.Stream<SubscribeRequest, SubscribeResponse>(
      "muara.event.v1.EventLog/Subscribe",
      [&log](const rpc::Call& call, const SubscribeRequest& request, const auto& write) {
        return Subscribe(log, call, request, write);
      });
}

}  // namespace muara::service
