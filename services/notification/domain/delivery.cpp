#include "services/notification/domain/delivery.h"

#include <algorithm>

namespace muara::notification {
namespace {

constexpr const char* kErased = "CONTACT_ERASED";

const char* Name(DeliveryState state) {
  switch (state) {
    case DeliveryState::kQueued:
      return "QUEUED";
    case DeliveryState::kAttempting:
      return "ATTEMPTING";
    case DeliveryState::kAccepted:
      return "ACCEPTED";
    case DeliveryState::kFailed:
      return "FAILED";
    case DeliveryState::kUnknown:
      return "UNKNOWN";
  }
  return "";
}

void End(Delivery& delivery, DeliveryState state, const std::string& why, Time now) {
  delivery.state = state;
  delivery.reason = why;
  delivery.update_time = now;
}

}  // namespace

Duration Backoff(int attempts, double jitter) {
  const int doublings = std::clamp(attempts - 1, 0, 12);
  const Duration full = std::min<Duration>(kWaitMax, kWaitFirst * (1 << doublings));
  return Duration(static_cast<int64_t>(static_cast<double>(full.count()) * (0.5 + jitter / 2)));
}

Status Delivery::Begin(Time now) {
  if (state != DeliveryState::kQueued || next_attempt_time > now) {
    return MakeError(Code::kAborted, "NOT_DUE", "the delivery is not due");
  }
  state = DeliveryState::kAttempting;
  ++attempts;
  update_time = now;
  return Ok();
}

void Delivery::Accepted(const std::string& provider_id, Time now) {
  provider_message_id = provider_id;
  End(*this, DeliveryState::kAccepted, "", now);
}

void Delivery::Failed(const std::string& why, Time now) {
  End(*this, DeliveryState::kFailed, why, now);
}

void Delivery::Unknown(const std::string& why, Time now) {
  End(*this, DeliveryState::kUnknown, why, now);
}

void Delivery::TryAgain(const std::string& why, Duration wait_min, double jitter, Time now) {
  if (now > create_time + kGiveUpAfter) return Failed(why, now);
  End(*this, DeliveryState::kQueued, why, now);
  next_attempt_time = now + std::max(wait_min, Backoff(attempts, jitter));
}

bool Delivery::Erase(Time now) {
  provider_message_id.clear();
  const bool under_way = state == DeliveryState::kQueued || state == DeliveryState::kAttempting;
  if (under_way) Failed(kErased, now);
  if (state != DeliveryState::kAccepted) reason = kErased;
  return under_way;
}

Status Delivery::Retry(Time now) {
  if (reason == kErased) {
    return MakeError(Code::kFailedPrecondition, kErased, "whom it was for was erased");
  }
  if (state != DeliveryState::kFailed && state != DeliveryState::kUnknown) {
    return MakeError(Code::kFailedPrecondition, "WRONG_STATE",
                     std::string("a delivery that is ") + Name(state) + " cannot be sent again");
  }
  End(*this, DeliveryState::kQueued, "", now);
  create_time = std::max(create_time, now - kGiveUpAfter / 2);
  next_attempt_time = now;
  return Ok();
}

}  // namespace muara::notification
