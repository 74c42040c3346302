// How far a reader of live events has got: the last position of every part of every topic, and
// which log they count in. Written as one opaque text, which is the `id` of each event.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muara::gateway {

struct TopicCursor {
  std::string epoch;               // positions of two epochs cannot be compared
  std::vector<int64_t> positions;  // index is the part
  bool operator==(const TopicCursor&) const = default;
};

// By topic. A topic whose log was never reached is absent.
using Cursor = std::map<std::string, TopicCursor>;

std::string ToText(const Cursor& cursor);
// Nothing where the text is not one of ours.
std::optional<Cursor> CursorFromText(std::string_view text);

}  // namespace muara::gateway
