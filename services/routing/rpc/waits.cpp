#include <algorithm>
#include <chrono>

#include "libs/rpc/timestamp.h"
#include "muara/routing/v1/offers.pb.h"
#include "muara/routing/v1/queues.pb.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

int32_t SecondsOf(Duration duration) {
  constexpr int64_t kMax = 365 * 24 * 3600;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return static_cast<int32_t>(std::min<int64_t>(seconds, kMax));
}

v1::WaitEstimate ToProto(const std::string& id, const WaitNow& wait) {
  v1::WaitEstimate out;
  out.set_work_item_id(id);
  out.set_position(wait.position);
  out.set_able_agents(wait.able_agents);
  out.set_served(wait.gaps);
  out.set_unknown_reason(wait.unknown_reason);
  if (wait.opens) rpc::SetTimestamp(out.mutable_queue_open_time(), *wait.opens);
  if (wait.range) {
    out.set_method("RECENT_PACE");
    out.mutable_estimated_wait()->set_p50_seconds(SecondsOf(wait.range->p50));
    out.mutable_estimated_wait()->set_p90_seconds(SecondsOf(wait.range->p90));
  }
  return out;
}

}  // namespace

void ServeWaits(rpc::Server& server, Waits& waits) {
  server.Unary<v1::GetWaitEstimateRequest, v1::WaitEstimate>(
      "muara.routing.v1.Offers/GetWaitEstimate",
      [&waits](const rpc::Call&, const auto& request) -> Result<v1::WaitEstimate> {
        ASSIGN_OR_RETURN(const WaitNow wait, waits.Of(request.id()));
        return ToProto(request.id(), wait);
      });
  server.Unary<v1::GetQueueCalibrationRequest, v1::QueueCalibration>(
      "muara.routing.v1.Queues/GetQueueCalibration",
      [&waits](const rpc::Call&, const auto& request) -> Result<v1::QueueCalibration> {
        ASSIGN_OR_RETURN(const Calibration found, waits.CalibrationOf(request.id()));
        v1::QueueCalibration out;
        out.set_queue_id(request.id());
        out.set_count(found.count);
        out.set_within_p50(found.within_p50);
        out.set_within_p90(found.within_p90);
        out.set_mean_error_seconds(std::chrono::duration<double>(found.mean_error).count());
        return out;
      });
}

}  // namespace muara::routing
