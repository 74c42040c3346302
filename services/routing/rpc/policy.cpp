#include "muara/routing/v1/policy.pb.h"

#include <set>

#include "libs/rpc/request.h"
#include "services/routing/rpc/fields.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/policy.h"

namespace muara::routing {
namespace {

using Request = v1::UpdateRoutingPolicyRequest;

const auto& Fields() {
  static const FieldsOf<RoutingPolicy, Request> fields = {
      {"weights",
       [](auto& policy, auto& from) {
         for (const auto& one : from.weights()) {
           policy.capacity.weights[static_cast<size_t>(one.channel())] = one.units();
         }
       }},
      {"interrupt_rules",
       [](auto& policy, auto& from) {
         for (const auto& one : from.interrupt_rules()) {
           policy.capacity.beside[static_cast<size_t>(one.new_channel())]
                                 [static_cast<size_t>(one.present_channel())] =
               static_cast<Beside>(one.effect());
         }
       }},
      {"exclusion_seconds",
       [](auto& policy, auto& from) { policy.exclusion_seconds = from.exclusion_seconds(); }},
      {"missed_offers_max",
       [](auto& policy, auto& from) { policy.missed_offers_max = from.missed_offers_max(); }},
      {"missed_offers_action",
       [](auto& policy, auto& from) {
         policy.missed_action = static_cast<MissedAction>(from.missed_offers_action());
       }},
      {"heartbeat_seconds",
       [](auto& policy, auto& from) { policy.heartbeat_seconds = from.heartbeat_seconds(); }},
      {"suspect_seconds",
       [](auto& policy, auto& from) { policy.suspect_seconds = from.suspect_seconds(); }},
      {"lost_seconds", [](auto& policy, auto& from) { policy.lost_seconds = from.lost_seconds(); }},
      {"transfer_seconds",
       [](auto& policy, auto& from) { policy.transfer_seconds = from.transfer_seconds(); }},
      {"lost_grace",
       [](auto& policy, auto& from) {
         for (const auto& one : from.lost_grace()) {
           policy.grace_seconds[static_cast<size_t>(one.channel())] = one.seconds();
         }
       }},
  };
  return fields;
}

bool IsChannel(connector::v1::Channel channel) { return channel > 0 && channel < kChannelCount; }

// Each channel, or pair, is one that there is, and is named once.
template <class Each, class KeyOf>
void CheckNamed(std::vector<Violation>& out, const char* field, const Each& each,
                const KeyOf& key_of) {
  std::set<std::pair<int, int>> named;
  for (const auto& one : each) {
    const auto [channel, other] = key_of(one);
    if (!IsChannel(channel) || !IsChannel(other)) {
      out.push_back({field, "a channel is unknown"});
      return;
    }
    if (!named.emplace(channel, other).second) {
      out.push_back({field, "a channel is named twice"});
      return;
    }
  }
}

Status CheckChannels(const Request& request) {
  std::vector<Violation> out;
  const auto channel_of = [](const auto& one) { return std::pair(one.channel(), one.channel()); };
  CheckNamed(out, "weights", request.weights(), channel_of);
  CheckNamed(out, "interrupt_rules", request.interrupt_rules(),
             [](const auto& one) { return std::pair(one.new_channel(), one.present_channel()); });
  CheckNamed(out, "lost_grace", request.lost_grace(), channel_of);
  if (out.empty()) return Ok();
  return InvalidFields(std::move(out));
}

Result<v1::RoutingPolicy> Answer(const Result<RoutingPolicy>& policy) {
  if (!policy.ok()) return policy.error();
  return wire::ToProto(*policy);
}

Result<v1::RoutingPolicy> Update(CurrentPolicy& policy, const Request& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const auto change, ChangeOf(Fields(), request));
  RETURN_IF_ERROR(CheckChannels(request));
  return Answer(policy.Update(key, request.expected_version(), change));
}

}  // namespace

void ServePolicy(rpc::Server& server, CurrentPolicy& policy) {
  const std::string service = "muara.routing.v1.RoutingPolicies/";
  server.Unary<v1::GetRoutingPolicyRequest, v1::RoutingPolicy>(
      service + "GetRoutingPolicy",
      [&policy](const rpc::Call&, const auto&) { return Answer(policy.Load()); });
  server.Unary<Request, v1::RoutingPolicy>(
      service + "UpdateRoutingPolicy",
      [&policy](const rpc::Call&, const auto& request) { return Update(policy, request); });
}

}  // namespace muara::routing
