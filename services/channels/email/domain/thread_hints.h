// Which conversation a mail belongs to, best hint first: our signed reply address, what it answers,
// what it refers to, and the ticket's tag in the subject. Pure; every list is bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/channels/email/domain/mail.h"
#include "services/channels/email/domain/reply_token.h"

namespace muara::email {

// The message ids in a header's value, without <>, in order, each once, at most kReferencesMax (the
// last ones, which are the nearest).
std::vector<std::string> MessageIds(std::string_view header_value);

// Our message ids are made from the delivery's id, so that a second try has the same one.
std::string MakeMessageId(std::string_view delivery_id, std::string_view message_domain);
bool IsOurMessageId(std::string_view message_id, std::string_view message_domain);

// The text of the first [#...] in a subject; empty where there is none.
std::string SubjectTag(std::string_view subject);

std::vector<ThreadHint> FindThreadHints(const ParsedMail& mail,
                                        const std::vector<std::string>& envelope_recipients,
                                        const ReplyTokens& tokens, std::string_view message_domain);

}  // namespace muara::email
