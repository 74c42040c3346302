// One call of a webhook: QUEUED -> ATTEMPTING -> SUCCEEDED | FAILED, and back to QUEUED while
// trying again makes sense. The id is the receiver's means to know a call that comes twice. Pure.
#pragma once

#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::notification {

// Numbers as on the wire and in the store.
enum class WebhookDeliveryState { kQueued = 1, kAttempting = 2, kSucceeded = 3, kFailed = 4 };

// After each failed try so long, give or take a tenth; then it is given up. Those of the Standard
// Webhooks specification: ten tries in three days.
using Waits = std::vector<Duration>;
Waits StandardWaits();
constexpr int kWaitsMax = 20;
// What a receiver may ask for with 429 and 503.
constexpr Duration kRetryAfterMax = std::chrono::hours(24);
constexpr Duration kWebhookDeliveriesKept = std::chrono::hours(24 * 30);
constexpr size_t kAnswerBytesMax = 1024;
constexpr int kAttemptsShownMax = 100;

constexpr const char* kTestType = "webhook.test";
constexpr const char* kContactErased = "CONTACT_ERASED";

// What came of one try.
struct Response {
  enum class Outcome {
    kDone,      // 2xx
    kTryAgain,  // anything else that may pass
    kDisable,   // 410: never again, and no other
    kNever,     // nothing that we would call
    kStopping,  // not our receiver's fault: another process, or this one anew, will do it
  };
  Outcome outcome = Outcome::kTryAgain;
  int status = 0;  // 0: no answer
  std::string reason;
  std::string answer;  // its first bytes, as text
  Duration retry_after{0};
  Duration took{0};
};

// Of an answer of HTTP.
Response ResponseOf(int status, const std::string& body, int64_t retry_after_s);
// As much of it as is kept, and nothing that is no text.
std::string ShownAnswer(const std::string& body);

// Where a page of them begins: before this one.
struct WebhookDeliveryPlace {
  Time time = {};
  std::string id = "";
};

struct WebhookAttempt {
  int number = 0;
  Time time;
  Duration took{0};  // 0: under way, or nobody knows
  int status = 0;
  std::string reason;
  std::string answer;
};

struct WebhookDelivery {
  std::string id;
  std::string webhook_id;
  std::string type;
  std::string ticket_id;  // empty: of none
  std::string payload;    // what is sent, as bytes; empty: erased
  std::string traceparent;
  WebhookDeliveryState state = WebhookDeliveryState::kQueued;
  int attempts = 0;  // ever
  int tries = 0;     // since it was queued, or redelivered
  std::string reason;
  Time create_time;
  Time update_time;
  Time next_attempt_time;
  int version = 1;

  bool is_test() const { return type == kTestType; }
  bool ended() const {
    return state == WebhookDeliveryState::kSucceeded || state == WebhookDeliveryState::kFailed;
  }
  // QUEUED and due.
  Status Begin(Time now);
  // What came of the try that was begun; `jitter` from 0 to 1.
  void Take(const Response& response, const Waits& waits, double jitter, Time now);
  // Whoever tried it is gone: due at once, as often as it would have been tried anyway.
  void Abandon(const Waits& waits, Time now);
  void Fail(const std::string& why, Time now);
  // A person decided. WRONG_STATE, CONTACT_ERASED.
  Status Redeliver(Time now);
};

}  // namespace muara::notification
