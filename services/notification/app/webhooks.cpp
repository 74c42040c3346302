#include "services/notification/app/webhooks.h"

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "libs/web/client.h"
#include "services/notification/store/webhooks.h"
#include "services/notification/wire/events.h"

namespace muara::notification {
namespace {

Status CheckVersion(const Webhook& webhook, int expected) {
  if (expected == 0 || expected == webhook.version) return Ok();
  Error error =
      MakeError(Code::kAborted, "STALE_VERSION", "it has changed since it was read: read it again");
  error.metadata.emplace_back("version", std::to_string(webhook.version));
  return error;
}

// How it is as the change finds it. A change that was done before finds what it made of it.
Result<Webhook> LoadFor(sql::Tx& tx, const WebhookChange& change, bool first) {
  ASSIGN_OR_RETURN(const Webhook webhook, store::LoadWebhookForChange(tx, change.id));
  if (first) RETURN_IF_ERROR(CheckVersion(webhook, change.expected_version));
  return webhook;
}

}  // namespace

Status Webhooks::Check(const Webhook& webhook) const {
  std::vector<Violation> problems = ProblemsOf(webhook);
  if (const Status url = web::CheckUrl(webhook.url, allowances_); !url.ok()) {
    problems.push_back({"url", url.error().message});
  }
  if (problems.empty()) return Ok();
  return InvalidFields(std::move(problems));
}

Result<WebhookWithSecret> Webhooks::Create(const WebhookChange& change, Webhook webhook) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(Check(webhook));
  const std::string secret = NewSecret();
  webhook.id = NamedUuid(change.key.key);
  webhook.secret = Seal(seal_keys_.front(), secret);
  webhook.create_time = now;
  webhook.update_time = now;
  return database_.Transact([&](sql::Tx& tx) -> Result<WebhookWithSecret> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) {
      ASSIGN_OR_RETURN(const Webhook made, store::LoadWebhook(tx, webhook.id));
      return WebhookWithSecret{made, ""};
    }
    ASSIGN_OR_RETURN(const int count, store::CountWebhooksAlone(tx));
    if (count >= kWebhooksMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_WEBHOOKS", "there are at most 100");
    }
    RETURN_IF_ERROR(store::InsertWebhook(tx, webhook));
    RETURN_IF_ERROR(log_.Append(tx, wire::WebhookChanged(webhook, "CREATED", change.actor), now));
    return WebhookWithSecret{webhook, secret};
  });
}

Result<Webhook> Webhooks::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadWebhook(tx, id); });
}

Result<std::vector<Webhook>> Webhooks::List() {
  return database_.Read([&](sql::Tx& tx) { return store::ListWebhooks(tx); });
}

Result<Webhook> Webhooks::Update(const WebhookChange& change, const Webhook& wanted) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(Check(wanted));
  return database_.Transact([&](sql::Tx& tx) -> Result<Webhook> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Webhook webhook, LoadFor(tx, change, first));
    if (!first) return webhook;
    webhook.display_name = wanted.display_name;
    webhook.url = wanted.url;
    webhook.description = wanted.description;
    webhook.update_time = now;
    if (wanted.enabled() && !webhook.enabled()) webhook.Enable(now);
    if (!wanted.enabled() && webhook.enabled()) webhook.Disable("", now);
    RETURN_IF_ERROR(store::SaveWebhook(tx, webhook));
    RETURN_IF_ERROR(log_.Append(tx, wire::WebhookChanged(webhook, "UPDATED", change.actor), now));
    return webhook;
  });
}

Status Webhooks::Delete(const WebhookChange& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return Ok();
    ASSIGN_OR_RETURN(Webhook webhook, LoadFor(tx, change, first));
    webhook.state = WebhookState::kDeleted;
    webhook.url.clear();
    webhook.secret.clear();
    webhook.old_secret.clear();
    webhook.update_time = now;
    RETURN_IF_ERROR(store::SaveWebhook(tx, webhook));
    return log_.Append(tx, wire::WebhookDeleted(webhook, change.actor), now);
  });
}

Result<WebhookWithSecret> Webhooks::RotateSecret(const WebhookChange& change) {
  const Time now = clock_.Now();
  const std::string secret = NewSecret();
  const std::string sealed = Seal(seal_keys_.front(), secret);
  return database_.Transact([&](sql::Tx& tx) -> Result<WebhookWithSecret> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Webhook webhook, LoadFor(tx, change, first));
    if (!first) return WebhookWithSecret{webhook, ""};
    webhook.Rotate(sealed, now);
    RETURN_IF_ERROR(store::SaveWebhook(tx, webhook));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::WebhookChanged(webhook, "SECRET_ROTATED", change.actor), now));
    return WebhookWithSecret{webhook, secret};
  });
}

Result<std::string> Webhooks::Open(const std::string& sealed) const {
  for (const std::string& key : seal_keys_) {
    if (auto plain = Unseal(key, sealed)) return *plain;
  }
  return MakeError(Code::kFailedPrecondition, "SECRET_UNREADABLE",
                   "the key that the secret was sealed with is gone: rotate the secret");
}

Result<std::vector<std::string>> Webhooks::SecretsOf(const Webhook& webhook) const {
  std::vector<std::string> secrets;
  ASSIGN_OR_RETURN(secrets.emplace_back(), Open(webhook.secret));
  if (!webhook.HasOldSecret(clock_.Now())) return secrets;
  // Where the older one cannot be read any more, the new one will do.
  if (const auto old = Open(webhook.old_secret); old.ok()) secrets.push_back(*old);
  return secrets;
}

}  // namespace muara::notification
