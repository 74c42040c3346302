// The words and addresses in what this service keeps and tells, and the same without them; ids,
// numbers, enums and times stay.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace muara::notification::wire {

// A fact's bytes without them. What this build cannot read is emptied whole.
std::optional<std::string> WithoutWords(const std::string& type, const std::string& data);
// The same of what a connector is asked.
std::string RequestWithoutWords(const std::string& request);
// Whom it is for.
std::vector<std::string> AddressesOf(const std::string& request);

}  // namespace muara::notification::wire
