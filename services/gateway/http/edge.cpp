#include "services/gateway/http/edge.h"

#include "services/gateway/http/events_route.h"

namespace muara::gateway {
namespace {

void SetUnlessThere(http::Response& response, const char* name, const char* value) {
  if (!response.headers.Has(name)) response.headers.Set(name, value);
}

http::Handler Careful(http::Handler handler) {
  return [handler = std::move(handler)](const http::Request& request) {
    http::Response response = handler(request);
    SetUnlessThere(response, "Content-Security-Policy",
                   "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
    SetUnlessThere(response, "Cache-Control", "no-store");
    SetUnlessThere(response, "Referrer-Policy", "no-referrer");
    SetUnlessThere(response, "Cross-Origin-Resource-Policy", "same-origin");
    SetUnlessThere(response, "X-Frame-Options", "DENY");
    // Browsers ignore it unless it came by TLS.
    SetUnlessThere(response, "Strict-Transport-Security", "max-age=31536000");
    return response;
  };
}

}  // namespace

Edge::Edge(http::Options options, Api& api, const Logins& logins, const Backends& backends,
           LiveEvents& events, SurveyPage& survey)
    : server_(std::move(options)) {
  server_.HandleEvents("/v1/events", EventsRoute(logins, backends, events));
  server_.Handle("GET", "/s/*",
                 Careful([&survey](const http::Request& request) { return survey.Show(request); }));
  server_.Handle("POST", "/s/*", Careful([&survey](const http::Request& request) {
                   return survey.Answer(request);
                 }));
  server_.Handle("GET", "/static/survey.js",
                 Careful([](const http::Request&) { return SurveyScript(); }));
  server_.Handle("GET", "/static/survey.css",
                 Careful([](const http::Request&) { return SurveyStyle(); }));
  server_.HandleRest(Careful([&api](const http::Request& request) { return api.Handle(request); }));
}

}  // namespace muara::gateway
