// The words in the facts that this service tells, and the facts without them.
#pragma once

#include <optional>
#include <string>

namespace muara::routing::wire {

// What this build cannot read is emptied whole.
std::optional<std::string> WithoutWords(const std::string& type, const std::string& data);

}  // namespace muara::routing::wire
