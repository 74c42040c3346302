// Who or what wrote a mail: a person, an answering machine, a mass mailing, a mail system's report,
// or ourselves. Says why. A mail is classified so that nothing answers machines; it is kept always.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/channels/email/domain/mail.h"

namespace muara::email {

struct OriginVerdict {
  Origin origin = Origin::kHuman;
  std::vector<std::string> evidence;  // Auto-Submitted: auto-replied
};

// The strongest wins: own loop, bounce, auto-reply, bulk, human. `message_domain` is the domain of
// the message ids that we make.
OriginVerdict ClassifyOrigin(const ParsedMail& mail, std::string_view message_domain);

}  // namespace muara::email
