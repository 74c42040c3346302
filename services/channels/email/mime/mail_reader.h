// Reads a screened message by GMime into a ParsedMail. Needs a large stack (mail_parser.h gives
// one); reentrant. Never fails: bytes in which no header is found become the text.
#pragma once

#include <string_view>

#include "services/channels/email/domain/mail.h"

namespace muara::email {

ParsedMail ReadMail(std::string_view screened);

}  // namespace muara::email
