#include "services/gateway/http/events_route.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "libs/http/problem.h"
#include "muara/ticket/v1/history.pb.h"
#include "services/gateway/http/api.h"

namespace muara::gateway {
namespace {

constexpr std::array kWatchers = {"agent", "supervisor", "admin", "auditor", "integrator"};
constexpr std::array kSeeAllOffers = {"supervisor", "admin", "auditor", "integrator"};
constexpr size_t kTypesMax = 50;

template <class Roles>
bool HasAny(const Caller& caller, const Roles& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [&](const char* role) { return caller.Has(role); });
}

Result<std::set<std::string>> TypesOf(const http::Request& request) {
  std::set<std::string> types;
  std::istringstream stream{std::string(request.Query("types"))};
  for (std::string type; std::getline(stream, type, ',');) {
    if (!type.empty()) types.insert(type);
  }
  if (types.size() > kTypesMax) return InvalidFields({{"types", "are more than 50"}});
  return types;
}

Result<std::optional<Cursor>> CursorOf(const http::Request& request) {
  std::string_view text = request.headers.Get("Last-Event-ID");
  if (text.empty()) text = request.Query("last_event_id");
  if (text.empty()) return std::optional<Cursor>();
  auto cursor = CursorFromText(text);
  if (!cursor) {
    return MakeError(Code::kInvalidArgument, "BAD_EVENT_ID", "Last-Event-ID is not one of ours");
  }
  return cursor;
}

Status KeepThatWatches(const Backends& backends, const Caller& caller) {
  ticket::v1::WatchEventsResponse kept;
  return backends.Call("muara.ticket.v1.History/WatchEvents", ticket::v1::WatchEventsRequest(),
                       &kept, PrincipalOf(caller));
}

Status Begin(const Logins& logins, const Backends& backends, LiveEvents& events,
             const http::Request& request, const std::shared_ptr<http::EventStream>& stream) {
  ASSIGN_OR_RETURN(const Caller caller, Authenticate(logins, request));
  if (!HasAny(caller, kWatchers)) {
    return MakeError(Code::kPermissionDenied, "NOT_ALLOWED", "your role may not watch events");
  }
  Watcher watcher;
  ASSIGN_OR_RETURN(watcher.types, TypesOf(request));
  ASSIGN_OR_RETURN(auto cursor, CursorOf(request));
  if (!HasAny(caller, kSeeAllOffers)) watcher.only_offers_to = caller.agent_id;
  watcher.send = [stream](std::string text) { return stream->Send(std::move(text)); };
  watcher.is_gone = [stream] { return stream->closed(); };
  watcher.pending_bytes = [stream] { return stream->pending_bytes(); };
  watcher.close = [stream] { stream->Close(); };
  RETURN_IF_ERROR(KeepThatWatches(backends, caller));
  return events.Watch(std::move(watcher), std::move(cursor));
}

}  // namespace

http::EventHandler EventsRoute(const Logins& logins, const Backends& backends, LiveEvents& events) {
  return [&logins, &backends, &events](
             const http::Request& request,
             std::shared_ptr<http::EventStream> stream) -> std::optional<http::Response> {
    const Status begun = Begin(logins, backends, events, request, stream);
    if (begun.ok()) return std::nullopt;
    return http::ProblemResponse(begun.error());
  };
}

}  // namespace muara::gateway
