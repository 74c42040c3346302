#include "services/gateway/settings.h"

#include <sstream>

namespace muara::gateway {
GatewaySettings ReadSettings(service::Settings& settings) {
  GatewaySettings read;
  const service::HostPort listen = settings.Address("MUARA_HTTP_LISTEN", "127.0.0.1:8080");
  read.http.address = listen.host;
  read.http.port = listen.port;
  read.http.worker_threads = static_cast<size_t>(settings.Number("MUARA_HTTP_THREADS", 32, 1, 512));
  read.http.connections_max =
      static_cast<size_t>(settings.Number("MUARA_HTTP_CONNECTIONS_MAX", 4096, 1, 100'000));
  // A submission of messages is the largest body: 100 mails at their limits do not fit, 5 do.
  read.http.body_size_max =
      static_cast<size_t>(settings.Number("MUARA_HTTP_BODY_BYTES_MAX", 8 << 20, 1024, 64 << 20));
  read.http.large_bodies = http::LargeBodies{"POST", "/v1/attachments", 25 << 20, 16};
  std::istringstream proxies(settings.Text("MUARA_TRUSTED_PROXIES", ""));
  for (std::string proxy; std::getline(proxies, proxy, ',');) {
    read.http.trusted_proxies.push_back(proxy);
  }
  read.call_timeout_ms =
      static_cast<int>(settings.Number("MUARA_CALL_TIMEOUT_MS", 10'000, 100, 30'000));
  read.events_poll_ms = static_cast<int>(settings.Number("MUARA_EVENTS_POLL_MS", 100, 10, 10'000));
  read.admin_username = settings.Text("MUARA_ADMIN_USERNAME", "");
  if (!read.admin_username.empty()) {
    read.admin_password = settings.SecretFile("MUARA_ADMIN_PASSWORD_FILE");
  }
  return read;
}

}  // namespace muara::gateway
