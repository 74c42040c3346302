// From the bytes of a message to a ParsedMail, whatever the bytes are: screened first, then read on
// a thread of its own with a large stack. Thread-safe. The only error is kUnavailable, when the
// machine has no thread left; an odd mail is no error, its oddities are in `defects`.
#pragma once

#include <string_view>

#include "libs/base/result.h"
#include "services/channels/email/domain/mail.h"
#include "services/channels/email/domain/understand.h"

namespace muara::email {

class MailParser {
 public:
  explicit MailParser(Identity identity);

  Result<ParsedMail> Parse(std::string_view raw, const Envelope& envelope) const;

 private:
  Identity identity_;
};

}  // namespace muara::email
