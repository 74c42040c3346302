// An address of another system that we call, and how calls to it are signed: by the Standard
// Webhooks specification, version 1.0. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::notification {

// Numbers as in the store. What is deleted stays until its deliveries are gone.
enum class WebhookState { kEnabled = 1, kDisabled = 2, kDeleted = 3 };

constexpr int kWebhooksMax = 100;
constexpr size_t kWebhookNameBytesMax = 100;
constexpr size_t kWebhookDescriptionBytesMax = 1000;
constexpr size_t kSecretBytes = 32;
constexpr Duration kOldSecretKept = std::chrono::hours(24);
// A webhook that does nothing but fail for so long, and so often, is disabled.
constexpr Duration kFailingMax = std::chrono::hours(24 * 5);
constexpr int kFailuresMin = 10;
constexpr const char* kGone = "GONE";
constexpr const char* kFailing = "FAILING";

struct Webhook {
  std::string id;
  std::string display_name;
  std::string url;
  std::string description;
  WebhookState state = WebhookState::kEnabled;
  std::string disabled_reason;  // empty: a person did
  std::string secret;           // as it is kept: sealed
  std::string old_secret;       // the same; empty: none
  Time old_secret_until;
  int failures = 0;  // in a row
  Time failing_since;
  Time create_time;
  Time update_time;
  int version = 1;

  bool enabled() const { return state == WebhookState::kEnabled; }
  // The new one, sealed; the one before is good for a day more.
  void Rotate(const std::string& sealed, Time now);
  bool HasOldSecret(Time now) const { return !old_secret.empty() && now < old_secret_until; }
  // Of one call. True: that disabled it.
  bool CountFailure(Time now);
  void CountSuccess();
  void Disable(const std::string& reason, Time now);
  void Enable(Time now);
};

// What is wrong with what people write of it, but for where its URL leads.
std::vector<Violation> ProblemsOf(const Webhook& webhook);

// "whsec_<base64>" of 32 random bytes.
std::string NewSecret();
// "v1,<base64> v1,<base64>": one for each secret, the newest first. Nothing: a secret that is none.
std::optional<std::string> Signatures(const std::vector<std::string>& secrets,
                                      const std::string& id, int64_t timestamp_s,
                                      const std::string& body);

}  // namespace muara::notification
