// Undoes format=flowed (RFC 3676): the lines that a mail program broke softly become whole again.
// Pure, linear time.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

enum class SoftBreak { kKeepsSpace, kDropsSpace };  // DelSp=yes drops it

std::string Unflow(std::string_view text, SoftBreak soft_break);

}  // namespace muara::email
