// What a person newly wrote in a mail: its text without the quotation of earlier mails, without the
// lines that announce a quotation, and without the signature, for the common mail programs in
// English and Indonesian. Pure, linear time. Where nothing would be left the whole text is given:
// it is better to show too much than to hide what somebody wrote. A forwarded mail is kept, it is
// the point.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

std::string VisibleText(std::string_view text);

}  // namespace muara::email
