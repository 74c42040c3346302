#include "services/notification/domain/webhook.h"

#include "libs/base/crypto.h"

namespace muara::notification {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";

void CheckLength(std::vector<Violation>& out, const char* field, const std::string& text,
                 size_t least, size_t most) {
  if (text.size() >= least && text.size() <= most) return;
  out.push_back(
      {field, "is not " + std::to_string(least) + " to " + std::to_string(most) + " bytes"});
}

}  // namespace

void Webhook::Rotate(const std::string& sealed, Time now) {
  old_secret = secret;
  old_secret_until = now + kOldSecretKept;
  secret = sealed;
  update_time = now;
}

bool Webhook::CountFailure(Time now) {
  if (failures == 0) failing_since = now;
  ++failures;
  if (!enabled() || failures < kFailuresMin || now - failing_since < kFailingMax) return false;
  Disable(kFailing, now);
  return true;
}

void Webhook::CountSuccess() {
  failures = 0;
  failing_since = {};
}

void Webhook::Disable(const std::string& reason, Time now) {
  state = WebhookState::kDisabled;
  disabled_reason = reason;
  update_time = now;
}

void Webhook::Enable(Time now) {
  state = WebhookState::kEnabled;
  disabled_reason.clear();
  CountSuccess();
  update_time = now;
}

std::vector<Violation> ProblemsOf(const Webhook& webhook) {
  std::vector<Violation> out;
  CheckLength(out, "display_name", webhook.display_name, 1, kWebhookNameBytesMax);
  CheckLength(out, "description", webhook.description, 0, kWebhookDescriptionBytesMax);
  return out;
}

std::string NewSecret() { return std::string(kSecretPrefix) + ToBase64(RandomBytes(kSecretBytes)); }

std::optional<std::string> Signatures(const std::vector<std::string>& secrets,
                                      const std::string& id, int64_t timestamp_s,
                                      const std::string& body) {
  const std::string signed_text = id + "." + std::to_string(timestamp_s) + "." + body;
  std::string signatures;
  for (const std::string& secret : secrets) {
    if (!secret.starts_with(kSecretPrefix)) return std::nullopt;
    const auto key = FromBase64(secret.substr(kSecretPrefix.size()));
    if (!key || key->empty()) return std::nullopt;
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + ToBase64(HmacSha256(*key, signed_text));
  }
  return signatures.empty() ? std::nullopt : std::optional(signatures);
}

}  // namespace muara::notification
