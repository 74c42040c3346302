// Text in any charset to clean UTF-8. A charset that is unknown, wrong or a lie never fails: what
// is valid UTF-8 is taken as that, all else as windows-1252.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

std::string ToUtf8(std::string_view bytes, std::string_view charset);

}  // namespace muara::email
