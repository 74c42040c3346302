// One message on its way to a customer: QUEUED -> ATTEMPTING -> ACCEPTED | FAILED | UNKNOWN, and
// back to QUEUED while trying again makes sense. The id is the idempotency key towards the
// connector.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::notification {

// Numbers as on the wire and in the store.
enum class DeliveryState { kQueued = 1, kAttempting = 2, kAccepted = 3, kFailed = 4, kUnknown = 5 };
enum class Purpose { kReply = 1, kAcknowledgement = 2, kSurvey = 3 };
enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };

constexpr Channel kChannels[] = {Channel::kEmail, Channel::kChat, Channel::kSocial, Channel::kPhone,
                                 Channel::kApi};

struct Delivery {
  std::string id;
  std::string ticket_id;
  std::string interaction_id;  // of a reply
  Purpose purpose = Purpose::kReply;
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string conversation;  // one in flight, in order of `position`
  int64_t position = 0;
  std::string request;  // what the connector is asked, as bytes
  std::string traceparent;
  DeliveryState state = DeliveryState::kQueued;
  int attempts = 0;
  std::string reason;
  std::string provider_message_id;
  Time create_time;
  Time update_time;
  Time next_attempt_time;
  int version = 1;

  // QUEUED and due.
  Status Begin(Time now);
  // What the connector answered to the try that was begun.
  void Accepted(const std::string& provider_id, Time now);
  void Failed(const std::string& why, Time now);
  void Unknown(const std::string& why, Time now);
  // Queued again after a growing wait; given up where it has been tried for too long.
  void TryAgain(const std::string& why, Duration wait_min, double jitter, Time now);
  // Whom it was for was erased: it says nothing more to nobody. True: it was not ended, and now
  // has failed.
  bool Erase(Time now);
  // A person decided: FAILED or UNKNOWN only, and never what was erased.
  Status Retry(Time now);
};

constexpr Duration kWaitFirst = std::chrono::seconds(1);
constexpr Duration kWaitMax = std::chrono::minutes(5);
constexpr Duration kGiveUpAfter = std::chrono::hours(72);

// kWaitFirst doubled with every attempt up to kWaitMax, times 0.5 to 1 by `jitter` (0 to 1).
Duration Backoff(int attempts, double jitter);

}  // namespace muara::notification
