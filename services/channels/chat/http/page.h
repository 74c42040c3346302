// The chat page at /, with its script and style: what page/ holds, built into the binary.
#pragma once

#include <string>
#include <vector>

#include "libs/http/server.h"

namespace muara::chat {

// Only pages of `origins`, and our own, may show it in a frame.
void AddPage(http::Server& server, const std::vector<std::string>& origins);

}  // namespace muara::chat
