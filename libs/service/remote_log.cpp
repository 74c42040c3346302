#include "libs/service/remote_log.h"

#include "muara/event/v1/event_log.pb.h"

namespace muara::service {
namespace {

constexpr int kDeadlineMs = 5000;

}  // namespace

Result<RemoteLog::Page> RemoteLog::Read(int part, int64_t from, int limit) const {
  event::v1::ReadRequest request;
  request.set_part(part);
  request.set_from(from);
  request.set_limit(limit);
  ASSIGN_OR_RETURN(const auto response,
                   owner_.Ask<event::v1::ReadResponse>("muara.event.v1.EventLog/Read", request,
                                                       {.deadline_ms = kDeadlineMs}));
  Page page{response.epoch(), {}, response.head()};
  for (const auto& entry : response.entries()) {
    page.entries.push_back({entry.position(), entry.envelope()});
  }
  return page;
}

Result<RemoteLog::Heads> RemoteLog::Head() const {
  ASSIGN_OR_RETURN(
      const auto response,
      owner_.Ask<event::v1::HeadResponse>("muara.event.v1.EventLog/Head", event::v1::HeadRequest(),
                                          {.deadline_ms = kDeadlineMs}));
  Heads heads{response.epoch(), {response.positions().begin(), response.positions().end()}};
  if (heads.positions.size() != bus::kParts) {
    return MakeError(Code::kFailedPrecondition, "OTHER_PARTS",
                     "the owner's log has another number of parts");
  }
  return heads;
}

Status RemoteLog::ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                                    const std::vector<int64_t>& positions) const {
  event::v1::ReportCheckpointsRequest request;
  request.set_consumer(consumer);
  request.set_epoch(epoch);
  for (const int64_t position : positions) request.add_positions(position);
  event::v1::ReportCheckpointsResponse response;
  return owner_.Call("muara.event.v1.EventLog/ReportCheckpoints", request, &response,
                     {.deadline_ms = kDeadlineMs});
}

}  // namespace muara::service
