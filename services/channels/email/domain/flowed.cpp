#include "services/channels/email/domain/flowed.h"

#include <algorithm>

namespace muara::email {
namespace {

size_t QuoteDepth(std::string_view line) {
  return std::min(line.find_first_not_of('>'), line.size());
}

}  // namespace

std::string Unflow(std::string_view text, SoftBreak soft_break) {
  std::string out;
  bool flows_on = false;
  size_t depth_before = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t depth = QuoteDepth(line);
    const std::string_view quote = line.substr(0, depth);
    line.remove_prefix(depth);
    if (line.starts_with(' ')) line.remove_prefix(1);
    const bool signature = line == "-- ";
    if (!flows_on || signature || depth != depth_before) {
      if (flows_on) out += '\n';
      out += quote;
      if (depth > 0) out += ' ';
    }
    flows_on = line.ends_with(' ') && !signature;
    if (flows_on && soft_break == SoftBreak::kDropsSpace) line.remove_suffix(1);
    out += line;
    if (!flows_on) out += '\n';
    depth_before = depth;
  }
  return out;
}

}  // namespace muara::email
