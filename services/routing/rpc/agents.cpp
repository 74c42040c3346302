#include "muara/routing/v1/agents.pb.h"

#include "libs/base/id.h"
#include "libs/rpc/request.h"
#include "services/routing/rpc/fields.h"
#include "services/routing/rpc/rights.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

constexpr size_t kReasonBytesMax = 100;

// The agents, and the policy that says what they may be given.
struct Parts {
  People& people;
  const CurrentPolicy& policy;
};

Result<v1::Agent> Answer(const Parts& parts, const Result<Agent>& agent) {
  if (!agent.ok()) return agent.error();
  return wire::ToProtoWithRoutability(*agent, parts.policy.Now()->capacity);
}

// What creating and updating take alike.
template <class Request>
const auto& Fields() {
  static const FieldsOf<Agent, Request> fields = {
      {"display_name", [](auto& agent, auto& from) { agent.display_name = from.display_name(); }},
      {"skills", [](auto& agent, auto& from) { agent.skills = wire::FromProto(from.skills()); }},
      {"queue_ids",
       [](auto& agent, auto& from) {
         agent.queue_ids.assign(from.queue_ids().begin(), from.queue_ids().end());
       }},
      {"capacity",
       [](auto& agent, auto& from) {
         agent.capacity = from.capacity() == 0 ? kCapacityDefault : from.capacity();
       }},
      {"share",
       [](auto& agent, auto& from) { agent.share = from.share() == 0 ? 1 : from.share(); }},
  };
  return fields;
}

Result<v1::Agent> Create(const Parts& parts, const v1::CreateAgentRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  Agent agent;
  // Made out of the key, so that a retry finds what the first try made.
  agent.id = request.id().empty() ? NamedUuid(key.key) : request.id();
  for (const auto& [field, set] : Fields<v1::CreateAgentRequest>()) set(agent, request);
  return Answer(parts, parts.people.CreateAgent(agent, key));
}

Result<v1::ListAgentsResponse> List(const Parts& parts, const v1::ListAgentsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   parts.people.ListAgents(page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListAgentsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) {
    *response.add_agents() = wire::ToProtoWithRoutability(found[i], parts.policy.Now()->capacity);
  }
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::Agent> Change(const Parts& parts, const v1::UpdateAgentRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const auto change, ChangeOf(Fields<v1::UpdateAgentRequest>(), request));
  return Answer(parts,
                parts.people.UpdateAgent(request.id(), key, request.expected_version(), change));
}

Result<v1::Agent> SetPresence(const Parts& parts, const rpc::Call& call,
                              const v1::SetPresenceRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  const bool senior = Leads(call.principal);
  if (!senior && call.principal.agent_id() != request.agent_id()) {
    return MakeError(Code::kPermissionDenied, "NOT_YOURS", "an agent sets only its own presence");
  }
  if (request.status() == v1::AGENT_STATUS_UNSPECIFIED ||
      !v1::AgentStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is not AVAILABLE, AWAY or OFFLINE"}});
  }
  if (request.reason().size() > kReasonBytesMax) {
    return InvalidFields({{"reason", "is longer than 100 bytes"}});
  }
  const bool own = call.principal.agent_id() == request.agent_id();
  return Answer(parts, parts.people.SetPresence(request.agent_id(), key,
                                                own ? PresenceBy::kAgent : PresenceBy::kSupervisor,
                                                static_cast<AgentStatus>(request.status()),
                                                request.reason()));
}

}  // namespace

void ServeAgents(rpc::Server& server, People& people, const CurrentPolicy& policy) {
  const Parts parts{people, policy};
  const std::string service = "muara.routing.v1.Agents/";
  server.Unary<v1::CreateAgentRequest, v1::Agent>(
      service + "CreateAgent",
      [parts](const rpc::Call&, const auto& request) { return Create(parts, request); });
  server.Unary<v1::GetAgentRequest, v1::Agent>(
      service + "GetAgent", [parts](const rpc::Call&, const auto& request) {
        return Answer(parts, parts.people.GetAgent(request.id()));
      });
  server.Unary<v1::ListAgentsRequest, v1::ListAgentsResponse>(
      service + "ListAgents",
      [parts](const rpc::Call&, const auto& request) { return List(parts, request); });
  server.Unary<v1::UpdateAgentRequest, v1::Agent>(
      service + "UpdateAgent",
      [parts](const rpc::Call&, const auto& request) { return Change(parts, request); });
  server.Unary<v1::SetPresenceRequest, v1::Agent>(
      service + "SetPresence", [parts](const rpc::Call& call, const auto& request) {
        return SetPresence(parts, call, request);
      });
}

}  // namespace muara::routing
