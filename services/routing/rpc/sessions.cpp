#include "muara/routing/v1/sessions.pb.h"

#include <cstdlib>

#include "libs/rpc/request.h"
#include "libs/rpc/timestamp.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

constexpr size_t kDeviceBytesMax = 100;

struct Parts {
  Presence& presence;
  Timeline& timeline;
  const CurrentPolicy& policy;
  const Clock& clock;
};

Status CheckOwn(const rpc::Call& call, const std::string& agent_id) {
  if (call.principal.agent_id() == agent_id) return Ok();
  return MakeError(Code::kPermissionDenied, "NOT_YOURS", "an agent has sessions of its own only");
}

// Whether those who lead look, or the agent itself.
Status CheckOwnOrSenior(const rpc::Call& call, const std::string& agent_id,
                        std::initializer_list<rpc::Role> senior) {
  for (const rpc::Role role : senior) {
    if (call.principal.Has(role)) return Ok();
  }
  return CheckOwn(call, agent_id);
}

v1::Session ToProto(const Parts& parts, const Session& session) {
  const Time now = parts.clock.Now();
  const auto policy = parts.policy.Now();
  v1::Session out;
  out.set_agent_id(session.agent_id);
  out.set_id(session.id);
  out.set_device(session.device);
  rpc::SetTimestamp(out.mutable_start_time(), session.start_time);
  rpc::SetTimestamp(out.mutable_heartbeat_time(), session.heartbeat_time);
  // As long as there is one, the leader has not given it up.
  out.set_connection(static_cast<v1::AgentConnection>(
      StateOf(*policy, session.heartbeat_time, /*watched_since=*/now, now)));
  out.set_heartbeat_seconds(policy->heartbeat_seconds);
  return out;
}

Result<v1::Session> Start(const Parts& parts, const rpc::Call& call,
                          const v1::StartSessionRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  RETURN_IF_ERROR(CheckOwn(call, request.agent_id()));
  if (request.device().size() > kDeviceBytesMax) {
    return InvalidFields({{"device", "is longer than 100 bytes"}});
  }
  ASSIGN_OR_RETURN(const Session session,
                   parts.presence.Start(request.agent_id(), key, request.device()));
  return ToProto(parts, session);
}

Result<v1::HeartbeatResponse> Heartbeat(const Parts& parts, const rpc::Call& call,
                                        const v1::HeartbeatRequest& request) {
  RETURN_IF_ERROR(CheckOwn(call, request.agent_id()));
  RETURN_IF_ERROR(parts.presence.Heartbeat(request.agent_id(), request.id()));
  v1::HeartbeatResponse response;
  response.set_heartbeat_seconds(parts.policy.Now()->heartbeat_seconds);
  return response;
}

Result<v1::EndSessionResponse> End(const Parts& parts, const rpc::Call& call,
                                   const v1::EndSessionRequest& request) {
  RETURN_IF_ERROR(
      CheckOwnOrSenior(call, request.agent_id(), {rpc::Role::kSupervisor, rpc::Role::kAdmin}));
  RETURN_IF_ERROR(parts.presence.End(request.agent_id(), request.id()));
  return v1::EndSessionResponse();
}

Result<v1::ListSessionsResponse> List(const Parts& parts, const rpc::Call& call,
                                      const v1::ListSessionsRequest& request) {
  RETURN_IF_ERROR(CheckOwnOrSenior(
      call, request.agent_id(), {rpc::Role::kSupervisor, rpc::Role::kAdmin, rpc::Role::kAuditor}));
  ASSIGN_OR_RETURN(const auto sessions, parts.presence.List(request.agent_id()));
  v1::ListSessionsResponse response;
  for (const Session& one : sessions) *response.add_sessions() = ToProto(parts, one);
  return response;
}

Result<v1::ListAgentTimelineResponse> ListTimeline(const Parts& parts, const rpc::Call& call,
                                                   const v1::ListAgentTimelineRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  RETURN_IF_ERROR(CheckOwnOrSenior(
      call, request.agent_id(), {rpc::Role::kSupervisor, rpc::Role::kAdmin, rpc::Role::kAuditor}));
  const int64_t before = page.after.empty() ? 0 : std::strtoll(page.after[0].c_str(), nullptr, 10);
  ASSIGN_OR_RETURN(const TimelinePage found,
                   parts.timeline.List(request.agent_id(), before, page.size));
  v1::ListAgentTimelineResponse response;
  for (const TimelineEntry& entry : found.entries) {
    auto* one = response.add_entries();
    rpc::SetTimestamp(one->mutable_time(), entry.time);
    one->set_status(static_cast<v1::AgentStatus>(entry.status));
    one->set_status_reason(entry.reason);
    one->set_connection(static_cast<v1::AgentConnection>(entry.connection));
  }
  if (found.next_version > 0) {
    response.set_next_page_token(rpc::NextPageToken(request, {std::to_string(found.next_version)}));
  }
  return response;
}

}  // namespace

void ServeSessions(rpc::Server& server, Presence& presence, Timeline& timeline,
                   const CurrentPolicy& policy, const Clock& clock) {
  const Parts parts{presence, timeline, policy, clock};
  const std::string service = "muara.routing.v1.Sessions/";
  server.Unary<v1::StartSessionRequest, v1::Session>(
      service + "StartSession",
      [parts](const rpc::Call& call, const auto& request) { return Start(parts, call, request); });
  server.Unary<v1::HeartbeatRequest, v1::HeartbeatResponse>(
      service + "Heartbeat", [parts](const rpc::Call& call, const auto& request) {
        return Heartbeat(parts, call, request);
      });
  server.Unary<v1::EndSessionRequest, v1::EndSessionResponse>(
      service + "EndSession",
      [parts](const rpc::Call& call, const auto& request) { return End(parts, call, request); });
  server.Unary<v1::ListSessionsRequest, v1::ListSessionsResponse>(
      service + "ListSessions",
      [parts](const rpc::Call& call, const auto& request) { return List(parts, call, request); });
  server.Unary<v1::ListAgentTimelineRequest, v1::ListAgentTimelineResponse>(
      service + "ListAgentTimeline", [parts](const rpc::Call& call, const auto& request) {
        return ListTimeline(parts, call, request);
      });
}

}  // namespace muara::routing
