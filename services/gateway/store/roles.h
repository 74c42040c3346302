// Lists of roles as one column: "admin,supervisor".
#pragma once

#include <string>
#include <vector>

namespace muara::gateway::store {

std::string JoinRoles(const std::vector<std::string>& roles);
std::vector<std::string> SplitRoles(const std::string& text);

}  // namespace muara::gateway::store
