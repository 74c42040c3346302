// The settings of muara-email, out of MUARA_* in the environment (README.md lists them).
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/service/settings.h"
#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/domain/reply_token.h"
#include "services/channels/email/send/smtp_sender.h"
#include "services/channels/email/smtp/server.h"

namespace muara::email {

struct EmailSettings {
  std::vector<Endpoint> endpoints;
  std::string message_domain;
  std::string blob_folder;
  Duration raw_mail_kept;  // 0: for ever
  std::string core_address;
  SmtpServerSettings smtp;
  SmarthostSettings smarthost;
};

// What is wrong is noted in `settings`, whose Check names it.
EmailSettings ReadSettings(service::Settings& settings);

// Keys of reply addresses out of the deployment's secrets; the first signs.
std::vector<ReplyKey> ReplyKeysOf(const std::vector<std::string>& secrets);

}  // namespace muara::email
