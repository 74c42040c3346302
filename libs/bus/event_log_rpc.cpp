#include "libs/bus/event_log_rpc.h"

#include <chrono>
#include <thread>

#include "libs/bus/wake.h"
#include "muara/event/v1/event_log.pb.h"

namespace muara::bus {
namespace {

using namespace event::v1;  // NOLINT: the messages of this one service

constexpr int kLimitDefault = 500;
constexpr int kLimitMax = 1000;
constexpr auto kPoll = std::chrono::milliseconds(50);

Status CheckPart(int part) {
  if (part >= 0 && part < kParts) return Ok();
  return InvalidFields({{"part", "is not 0 to " + std::to_string(kParts - 1)}});
}

Result<ReadResponse> Read(const EventLog& log, const ReadRequest& request) {
  RETURN_IF_ERROR(CheckPart(request.part()));
  if (request.from() < 1) return InvalidFields({{"from", "positions begin at 1"}});
  if (request.limit() < 0) return InvalidFields({{"limit", "is negative"}});
  const int limit = request.limit() == 0 ? kLimitDefault : std::min(request.limit(), kLimitMax);
  ASSIGN_OR_RETURN(const auto heads, log.Heads());
  ASSIGN_OR_RETURN(const auto entries, log.Read(request.part(), request.from(), limit));
  ReadResponse response;
  response.set_epoch(log.epoch());
  response.set_head(heads[request.part()]);
  for (const LogEntry& entry : entries) {
    auto* out = response.add_entries();
    out->set_position(entry.position);
    out->set_envelope(entry.envelope);
  }
  return response;
}

Result<HeadResponse> Head(const EventLog& log) {
  ASSIGN_OR_RETURN(const auto heads, log.Heads());
  HeadResponse response;
  response.set_epoch(log.epoch());
  for (const int64_t head : heads) response.add_positions(head);
  return response;
}

Status Subscribe(const EventLog& log, const rpc::Call& call, const SubscribeRequest& request,
                 const std::function<bool(const SubscribeResponse&)>& write) {
  RETURN_IF_ERROR(CheckPart(request.part()));
  int64_t next = std::max<int64_t>(1, request.from());
  Wake never;
  while (!call.is_cancelled()) {
    ASSIGN_OR_RETURN(const auto entries, log.Read(request.part(), next, kLimitDefault));
    for (const LogEntry& entry : entries) {
      SubscribeResponse response;
      response.mutable_entry()->set_position(entry.position);
      response.mutable_entry()->set_envelope(entry.envelope);
      if (!write(response)) return Ok();
      next = entry.position + 1;
    }
    if (entries.empty()) never.WaitFor(kPoll);
  }
  return MakeError(Code::kUnavailable, "STREAM_ENDED", "subscribe again from the next position");
}

Result<ReportCheckpointsResponse> Report(sql::Database& database, const EventLog& log,
                                         const ReportCheckpointsRequest& request) {
  if (request.consumer().empty() || request.consumer().size() > 100) {
    return InvalidFields({{"consumer", "is 1 to 100 bytes"}});
  }
  if (request.epoch() != log.epoch() || request.positions_size() != kParts) {
    return MakeError(Code::kFailedPrecondition, "OTHER_EPOCH",
                     "these are positions of another log");
  }
  RETURN_IF_ERROR(database.Transact([&](sql::Tx& tx) -> Status {
    for (int part = 0; part < kParts; ++part) {
      RETURN_IF_ERROR(tx.Execute(
          "INSERT INTO log_reader (consumer, part, pos, seen_us) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (consumer, part) DO UPDATE SET pos = $3, seen_us = $4",
          request.consumer(), part, request.positions(part), ToMicros(SystemClock().Now())));
    }
    return Ok();
  }));
  return ReportCheckpointsResponse();
}

}  // namespace

void ServeEventLog(rpc::Server& server, sql::Database& database, const EventLog& log) {
  server.Unary<ReadRequest, ReadResponse>(
      "muara.event.v1.EventLog/Read",
      [&log](const rpc::Call&, const ReadRequest& request) { return Read(log, request); });
  server.Unary<HeadRequest, HeadResponse>(
      "muara.event.v1.EventLog/Head",
      [&log](const rpc::Call&, const HeadRequest&) { return Head(log); });
  server.Unary<ReportCheckpointsRequest, ReportCheckpointsResponse>(
      "muara.event.v1.EventLog/ReportCheckpoints",
      [&database, &log](const rpc::Call&, const ReportCheckpointsRequest& request) {
        return Report(database, log, request);
      });
  server.Stream<SubscribeRequest, SubscribeResponse>(
      "muara.event.v1.EventLog/Subscribe",
      [&log](const rpc::Call& call, const SubscribeRequest& request, const auto& write) {
        return Subscribe(log, call, request, write);
      });
}

}  // namespace muara::bus
