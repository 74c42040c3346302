// Ids that people choose: of queues, agents and skills.
#pragma once

#include <string_view>

namespace muara {

// 1 to 64 of a-z 0-9 and "-".
bool IsSlug(std::string_view text);

}  // namespace muara
