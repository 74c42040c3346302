// Makes any bytes valid UTF-8 and cuts it at whole characters. Pure; never fails; linear time.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/utf8.h"

namespace muara {

// Bytes that are no UTF-8 are read as windows-1252, since that is what they mostly are. NUL and
// other control characters go (tab and line feed stay); CR LF and CR become LF.
std::string CleanText(std::string_view text);
// The same for one line: line breaks and tabs become spaces, runs of them one, ends trimmed.
std::string CleanLine(std::string_view text);
// At most `size_max_bytes`, never in the middle of a character.
std::string_view CutUtf8(std::string_view text, size_t size_max_bytes);
void AppendUtf8(char32_t code_point, std::string& out);

std::string LowerAscii(std::string_view text);
std::string_view Trim(std::string_view text);
bool StartsWithNoCase(std::string_view text, std::string_view lower_prefix);
bool EqualNoCase(std::string_view text, std::string_view lower_other);

}  // namespace muara
