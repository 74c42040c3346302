// A text without case, accents and other ways to write the same, for comparing what people wrote.
#pragma once

#include <string>
#include <string_view>

namespace muara {

// Everything else stays: blanks, marks, the order. What is not well-formed UTF-8 stays as it is.
std::string FoldText(std::string_view text);

}  // namespace muara
