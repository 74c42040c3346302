// From what stands in a mail to what it means: its visible text, its origin, its thread. Pure.
#pragma once

#include <string>

#include "services/channels/email/domain/mail.h"
#include "services/channels/email/domain/reply_token.h"

namespace muara::email {

// How mails of ours are known: by the keys of reply addresses and the domain of our message ids.
struct Identity {
  ReplyTokens tokens;
  std::string message_domain;
};

void Understand(ParsedMail& mail, const Envelope& envelope, const Identity& identity);

}  // namespace muara::email
