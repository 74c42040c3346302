// Which webhooks there are, and the secrets that their calls are signed with. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/sql/database.h"
#include "libs/web/targets.h"
#include "services/notification/domain/webhook.h"

namespace muara::notification {

struct WebhookChange {
  OperationKey key;
  std::string id;
  int expected_version = 0;  // 0: any
  std::string actor;         // "accounts/<id>"
};

struct WebhookWithSecret {
  Webhook webhook;
  std::string secret;  // in clear; empty where it was told before
};

class Webhooks {
 public:
  // Secrets are sealed with the first key, and opened with any; each has 32 bytes.
  Webhooks(sql::Database& database, bus::EventLog& log, const Clock& clock,
           std::vector<std::string> seal_keys, const web::Allowances& allowances)
      : database_(database),
        log_(log),
        clock_(clock),
        seal_keys_(std::move(seal_keys)),
        allowances_(allowances) {}

  // Of `webhook` its name, URL, description and state count. INVALID_FIELDS, TOO_MANY_WEBHOOKS.
  Result<WebhookWithSecret> Create(const WebhookChange& change, Webhook webhook);
  Result<Webhook> Get(const std::string& id);
  Result<std::vector<Webhook>> List();
  Result<Webhook> Update(const WebhookChange& change, const Webhook& webhook);
  Status Delete(const WebhookChange& change);
  Result<WebhookWithSecret> RotateSecret(const WebhookChange& change);

  // What a call is signed with now, the newest first. SECRET_UNREADABLE: the key that it was sealed
  // with is gone.
  Result<std::vector<std::string>> SecretsOf(const Webhook& webhook) const;

 private:
  Status Check(const Webhook& webhook) const;
  Result<std::string> Open(const std::string& sealed) const;

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  const std::vector<std::string> seal_keys_;
  const web::Allowances& allowances_;
};

}  // namespace muara::notification
