#include "services/notification/app/courier.h"

#include "libs/log/log.h"
#include "libs/log/trace.h"

namespace muara::notification {
namespace {

constexpr int kWorkers = 8;  // of each channel: one that hangs holds up no other
constexpr Duration kEndpointWait = std::chrono::minutes(1);

const char* Name(Sent::Outcome outcome) {
  switch (outcome) {
    case Sent::Outcome::kAccepted:
      return "accepted";
    case Sent::Outcome::kTryAgain:
      return "try_again";
    case Sent::Outcome::kFinal:
      return "final";
    case Sent::Outcome::kEndpoint:
      return "endpoint";
    case Sent::Outcome::kUnknown:
      return "unknown";
  }
  return "";
}

void Apply(const Sent& sent, Delivery& delivery, Time now) {
  switch (sent.outcome) {
    case Sent::Outcome::kAccepted:
      return delivery.Accepted(sent.provider_message_id, now);
    case Sent::Outcome::kTryAgain:
      return delivery.TryAgain(sent.reason, Duration(0), Jitter(), now);
    case Sent::Outcome::kEndpoint:
      return delivery.TryAgain(sent.reason, kEndpointWait, Jitter(), now);
    case Sent::Outcome::kFinal:
      return delivery.Failed(sent.reason, now);
    case Sent::Outcome::kUnknown:
      return delivery.Unknown(sent.reason, now);
  }
}

std::vector<DispatchLane> LanesOf(Deliveries& deliveries, const std::vector<Channel>& channels) {
  std::vector<DispatchLane> lanes;
  for (const Channel channel : channels) {
    lanes.push_back({kWorkers, [&deliveries, channel](int limit) {
                       return deliveries.ListDue(channel, limit);
                     }});
  }
  return lanes;
}

}  // namespace

Courier::Courier(Deliveries& deliveries, const std::vector<Channel>& channels, Send send,
                 metrics::Registry& metrics)
    : deliveries_(deliveries),
      send_(std::move(send)),
      metrics_(metrics),
      dispatch_(deliveries.wake(),
                {LanesOf(deliveries, channels), [this](const std::string& id) { SendOne(id); },
                 [&deliveries]() -> Status {
                   RETURN_IF_ERROR(deliveries.TakeUpAbandoned());
                   return Ok();
                 }}) {}

Status Courier::Start() {
  dispatch_.Start();
  return Ok();
}

void Courier::SendOne(const std::string& id) {
  const auto begun = deliveries_.Begin(id);
  if (begun.ok() && begun->has_value()) {
    const Delivery& delivery = **begun;
    const trace::Scope scope(trace::FromTraceparent(delivery.traceparent));
    const Sent sent = send_(delivery);
    metrics_.Count("muara_deliveries_total", {{"outcome", Name(sent.outcome)}});
    log::Info("delivery", {{"delivery_id", id},
                           {"attempt", delivery.attempts},
                           {"outcome", Name(sent.outcome)},
                           {"reason", sent.reason}});
    const Status finished = deliveries_.Finish(
        delivery, [&](Delivery& changed, Time now) { Apply(sent, changed, now); });
    if (!finished.ok()) log::Failed("a delivery's result waits", finished.error());
  } else if (!begun.ok()) {
    log::Failed("a delivery waits", begun.error());
  }
}

}  // namespace muara::notification
