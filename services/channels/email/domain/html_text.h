// Text from html, for mails that have no text part: blocks become lines, quotations get "> ",
// scripts and styles go. It reads tags loosely as browsers do, in linear time, without building a
// tree, so that no nesting can exhaust it. Not for display: the result is text, the html is
// sanitised elsewhere.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

std::string HtmlToText(std::string_view html);

}  // namespace muara::email
