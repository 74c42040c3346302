// Walks over the parts of a mail and sorts them: text, html, attachments, reports. Every list and
// depth is bounded; what exceeds a bound is named in the mail's defects.
#pragma once

#include <gmime/gmime.h>

#include "services/channels/email/domain/mail.h"

namespace muara::email {

void WalkBody(GMimeMessage* message, ParsedMail& mail);

void AddDefect(ParsedMail& mail, const char* defect);

}  // namespace muara::email
