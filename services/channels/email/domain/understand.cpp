#include "services/channels/email/domain/understand.h"

#include <algorithm>

#include "services/channels/email/domain/bounce.h"
#include "services/channels/email/domain/origin.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/domain/visible_text.h"

namespace muara::email {
namespace {

bool HasForgedToken(const std::vector<std::string>& recipients, const ReplyTokens& tokens) {
  return std::any_of(recipients.begin(), recipients.end(), [&](const std::string& address) {
    return ReplyTokens::LooksLikeReplyAddress(address) && !tokens.TicketOf(address);
  });
}

}  // namespace

void Understand(ParsedMail& mail, const Envelope& envelope, const Identity& identity) {
  if (envelope.return_path) mail.return_path = envelope.return_path;
  mail.visible_text = VisibleText(mail.text);
  OriginVerdict verdict = ClassifyOrigin(mail, identity.message_domain);
  mail.origin = verdict.origin;
  mail.origin_evidence = std::move(verdict.evidence);
  if (mail.origin == Origin::kBounce && mail.bounced_message_id.empty()) {
    mail.bounced_message_id = FindReturnedMessageId(mail.text);
  }
  mail.thread_hints =
      FindThreadHints(mail, envelope.recipients, identity.tokens, identity.message_domain);
  if (HasForgedToken(envelope.recipients, identity.tokens)) {
    mail.defects.push_back("REPLY_TOKEN_NOT_GENUINE");
  }
}

}  // namespace muara::email
