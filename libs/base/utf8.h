// What well-formed UTF-8 is (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing
// beyond U+10FFFF. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace muara {

// Bytes of the character at the front of a text that is not empty; 0: it is not well-formed.
size_t Utf8Bytes(std::string_view text);
bool IsUtf8(std::string_view text);

}  // namespace muara
