#include "services/channels/chat/http/page.h"

#include "services/channels/chat/http/assets.h"

namespace muara::chat {
namespace {

std::string PolicyFor(const std::vector<std::string>& origins) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
      "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
  for (const std::string& origin : origins) policy += " " + origin;
  return policy;
}

void AddAsset(http::Server& server, const char* path, const char* type, std::string_view body,
              const std::string& policy) {
  server.Handle("GET", path, [=, body = std::string(body)](const http::Request&) {
    http::Response response{.status = 200, .headers = {}, .body = body};
    response.headers.Set("Content-Type", type);
    response.headers.Set("Content-Security-Policy", policy);
    response.headers.Set("Cache-Control", "no-cache");
    response.headers.Set("Referrer-Policy", "no-referrer");
    response.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
    return response;
  });
}

}  // namespace

void AddPage(http::Server& server, const std::vector<std::string>& origins) {
  const std::string policy = PolicyFor(origins);
  AddAsset(server, "/", "text/html; charset=utf-8", assets::kPage, policy);
  AddAsset(server, "/static/chat.js", "text/javascript; charset=utf-8", assets::kScript, policy);
  AddAsset(server, "/static/chat.css", "text/css; charset=utf-8", assets::kStyle, policy);
}

}  // namespace muara::chat
