// The words and addresses in the facts that this service tells, and the facts without them; ids,
// numbers, enums and times stay.
#pragma once

#include <optional>
#include <string>

namespace muara::feedback::wire {

// What this build cannot read is emptied whole.
std::optional<std::string> WithoutWords(const std::string& type, const std::string& data);

}  // namespace muara::feedback::wire
