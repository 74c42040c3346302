#include "services/gateway/settings.h"

#include <charconv>
#include <sstream>

namespace muara::gateway {
namespace {

void ReadListen(service::Settings& settings, http::Options& options) {
  const std::string listen = settings.Text("MUARA_HTTP_LISTEN", "127.0.0.1:8080");
  const size_t colon = listen.rfind(':');
  const std::string port = colon == listen.npos ? "" : listen.substr(colon + 1);
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (error != std::errc() || stop != port.data() + port.size() || options.port < 0 ||
      options.port > 65535) {
    return settings.Refuse("MUARA_HTTP_LISTEN", "is not address:port");
  }
  options.address = listen.substr(0, colon);
}

}  // namespace

GatewaySettings ReadSettings(service::Settings& settings) {
  GatewaySettings read;
  ReadListen(settings, read.http);
  read.http.worker_threads = static_cast<size_t>(settings.Number("MUARA_HTTP_THREADS", 32, 1, 512));
  read.http.connections_max =
      static_cast<size_t>(settings.Number("MUARA_HTTP_CONNECTIONS_MAX", 4096, 1, 100'000));
  // A submission of messages is the largest body: 100 mails at their limits do not fit, 5 do.
  read.http.body_size_max =
      static_cast<size_t>(settings.Number("MUARA_HTTP_BODY_BYTES_MAX", 8 << 20, 1024, 64 << 20));
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
