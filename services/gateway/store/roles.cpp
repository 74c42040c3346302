#include "services/gateway/store/roles.h"

#include <sstream>

namespace muara::gateway::store {

std::string JoinRoles(const std::vector<std::string>& roles) {
  std::string text;
  for (const std::string& role : roles) text += (text.empty() ? "" : ",") + role;
  return text;
}

std::vector<std::string> SplitRoles(const std::string& text) {
  std::vector<std::string> roles;
  std::istringstream stream(text);
  for (std::string role; std::getline(stream, role, ',');) roles.push_back(role);
  return roles;
}

}  // namespace muara::gateway::store
