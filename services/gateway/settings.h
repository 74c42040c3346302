// What the gateway reads from the environment besides what every service reads; see README.md.
#pragma once

#include <string>
#include <vector>

#include "libs/http/server.h"
#include "libs/service/settings.h"

namespace muara::gateway {

struct GatewaySettings {
  http::Options http;
  int call_timeout_ms = 10'000;
  int events_poll_ms = 100;
  std::string admin_username;  // empty: no first admin is made
  std::string admin_password;
};

GatewaySettings ReadSettings(service::Settings& settings);

}  // namespace muara::gateway
