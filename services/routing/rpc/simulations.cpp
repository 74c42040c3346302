#include "muara/routing/v1/simulations.pb.h"

#include <algorithm>

#include "libs/rpc/timestamp.h"
#include "services/routing/rpc/fields.h"
#include "services/routing/rpc/queue_rules.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

using Request = v1::SimulateRoutingRequest;
using Response = v1::SimulateRoutingResponse;

// Left of a caller's time for the answer's way back.
constexpr Duration kForTheWay = std::chrono::milliseconds(500);

static_assert(static_cast<int>(Fate::kExpired) == v1::SIMULATED_FATE_EXPIRED);

const auto& AgentFields() {
  static const FieldsOf<Agent, v1::SimulatedAgent> fields = {
      {"skills", [](auto& agent, auto& from) { agent.skills = wire::FromProto(from.skills()); }},
      {"queue_ids",
       [](auto& agent, auto& from) {
         agent.queue_ids.assign(from.queue_ids().begin(), from.queue_ids().end());
       }},
      {"capacity", [](auto& agent, auto& from) { agent.capacity = from.capacity(); }},
      {"share", [](auto& agent, auto& from) { agent.share = from.share(); }},
      {"available", [](auto&, auto&) {}},  // not one of the agent's own: see below
  };
  return fields;
}

template <class Change>
bool Names(const Change& change, const char* field) {
  return std::find(change.update_fields().begin(), change.update_fields().end(), field) !=
         change.update_fields().end();
}

Result<QueueChange> FromProto(const v1::SimulatedQueue& from) {
  QueueChange change{.id = from.id()};
  const std::string resource = "queues/" + from.id();
  if (from.update_fields().empty()) {
    return InvalidFields({{resource + ".update_fields", "is required"}});
  }
  ASSIGN_OR_RETURN(change.change,
                   SetterOf(QueueRules<v1::SimulatedQueue>(), from, resource + ".update_fields"));
  if (Names(from, "preferred_seconds")) change.preferred_seconds = from.preferred_seconds();
  if (Names(from, "calendar_id")) change.calendar_id = from.calendar_id();
  return change;
}

Result<AgentChange> FromProto(const v1::SimulatedAgent& from) {
  AgentChange change{.id = from.id()};
  change.removed = from.removed();
  const std::string resource = "agents/" + from.id();
  if (from.update_fields().empty() != from.removed()) {
    return InvalidFields({{resource + ".update_fields", "or removed is required, and not both"}});
  }
  ASSIGN_OR_RETURN(change.change, SetterOf(AgentFields(), from, resource + ".update_fields"));
  if (!Names(from, "available")) return change;
  change.available.emplace();
  for (const auto& one : from.available()) {
    change.available->push_back(
        {rpc::FromTimestamp(one.from_time()), rpc::FromTimestamp(one.to_time())});
  }
  return change;
}

bool IsChannel(connector::v1::Channel channel) { return channel > 0 && channel < kChannelCount; }

Status TakePolicy(const v1::SimulatedPolicy& from, Changes& changes) {
  for (const auto& one : from.weights()) {
    if (!IsChannel(one.channel())) {
      return InvalidFields({{"policy.weights", "a channel is unknown"}});
    }
    if (!changes.weighed.insert(static_cast<Channel>(one.channel())).second) {
      return InvalidFields({{"policy.weights", "a channel is named twice"}});
    }
  }
  std::set<std::pair<int, int>> named;
  for (const auto& one : from.interrupt_rules()) {
    if (!IsChannel(one.new_channel()) || !IsChannel(one.present_channel())) {
      return InvalidFields({{"policy.interrupt_rules", "a channel is unknown"}});
    }
    if (!named.emplace(one.new_channel(), one.present_channel()).second) {
      return InvalidFields({{"policy.interrupt_rules", "a pair of channels is named twice"}});
    }
  }
  changes.policy = [&from](CapacityPolicy& to) {
    for (const auto& one : from.weights()) {
      to.weights[static_cast<size_t>(one.channel())] = one.units();
    }
    for (const auto& one : from.interrupt_rules()) {
      to.beside[static_cast<size_t>(one.new_channel())]
               [static_cast<size_t>(one.present_channel())] = static_cast<Beside>(one.effect());
    }
  };
  return Ok();
}

Result<Question> QuestionOf(const rpc::Call& call, const Request& request) {
  std::vector<Violation> missing;
  if (!request.has_from_time()) missing.push_back({"from_time", "is required"});
  if (!request.has_to_time()) missing.push_back({"to_time", "is required"});
  if (request.changed_items_max() < 0) missing.push_back({"changed_items_max", "is negative"});
  if (!missing.empty()) return InvalidFields(std::move(missing));
  Question question;
  question.from = rpc::FromTimestamp(request.from_time());
  question.until = rpc::FromTimestamp(request.to_time());
  if (request.has_service_level_seconds()) {
    question.service_level = std::chrono::seconds(request.service_level_seconds());
  }
  if (request.has_changed_items_max()) question.compared_max = request.changed_items_max();
  question.time_max = call.deadline - SystemClock().Now() - kForTheWay;
  question.is_cancelled = call.is_cancelled;
  if (request.has_policy()) RETURN_IF_ERROR(TakePolicy(request.policy(), question.changes));
  for (const auto& one : request.queues()) {
    ASSIGN_OR_RETURN(QueueChange change, FromProto(one));
    question.changes.queues.push_back(std::move(change));
  }
  for (const auto& one : request.agents()) {
    ASSIGN_OR_RETURN(AgentChange change, FromProto(one));
    question.changes.agents.push_back(std::move(change));
  }
  return question;
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

v1::RoutingMeasures ToProto(const Measures& from) {
  v1::RoutingMeasures out;
  out.set_items(from.items);
  out.set_served(from.served);
  out.set_gone(from.gone);
  out.set_waiting(from.waiting);
  out.set_expired(from.expired);
  out.set_mean_wait_seconds(Seconds(from.mean_wait));
  out.set_p50_wait_seconds(Seconds(from.p50_wait));
  out.set_p90_wait_seconds(Seconds(from.p90_wait));
  out.set_p99_wait_seconds(Seconds(from.p99_wait));
  out.set_longest_wait_seconds(Seconds(from.longest_wait));
  if (from.service_level) out.set_service_level(*from.service_level);
  return out;
}

std::optional<double> Between(const std::optional<double>& before,
                              const std::optional<double>& after) {
  return before && after ? std::optional(*after - *before) : std::nullopt;
}

Measures Difference(const Measures& before, const Measures& after) {
  return {after.items - before.items,
          after.served - before.served,
          after.gone - before.gone,
          after.waiting - before.waiting,
          after.expired - before.expired,
          after.mean_wait - before.mean_wait,
          after.p50_wait - before.p50_wait,
          after.p90_wait - before.p90_wait,
          after.p99_wait - before.p99_wait,
          after.longest_wait - before.longest_wait,
          Between(before.service_level, after.service_level)};
}

v1::ComparedMeasures ToProto(const Compared& from) {
  v1::ComparedMeasures out;
  *out.mutable_actual() = ToProto(from.actual);
  *out.mutable_baseline() = ToProto(from.baseline);
  *out.mutable_changed() = ToProto(from.changed);
  *out.mutable_difference() = ToProto(Difference(from.baseline, from.changed));
  return out;
}

v1::AgentMeasures ToProto(const AgentMeasures& from) {
  v1::AgentMeasures out;
  out.set_available_seconds(Seconds(from.available));
  out.set_busy_seconds(Seconds(from.busy));
  if (from.occupancy) out.set_occupancy(*from.occupancy);
  out.set_served(from.served);
  return out;
}

v1::ComparedAgent ToProto(const std::string& id, const ComparedAgent& from) {
  v1::ComparedAgent out;
  out.set_agent_id(id);
  *out.mutable_actual() = ToProto(from.actual);
  *out.mutable_baseline() = ToProto(from.baseline);
  *out.mutable_changed() = ToProto(from.changed);
  *out.mutable_difference() = ToProto(AgentMeasures{
      from.changed.available - from.baseline.available, from.changed.busy - from.baseline.busy,
      from.changed.served - from.baseline.served,
      Between(from.baseline.occupancy, from.changed.occupancy)});
  return out;
}

v1::SimulatedEnd ToProto(const WaitEnd& from) {
  v1::SimulatedEnd out;
  out.set_fate(static_cast<v1::SimulatedFate>(from.fate));
  out.set_agent_id(from.agent_id);
  out.set_wait_seconds(Seconds(from.wait));
  out.set_why(from.why);
  return out;
}

v1::ComparedItem ToProto(const ComparedVisit& from) {
  v1::ComparedItem out;
  out.set_work_item_id(from.item_id);
  out.set_queue_id(from.queue_id);
  rpc::SetTimestamp(out.mutable_since_time(), from.since);
  out.set_work_guessed(from.is_work_guessed);
  *out.mutable_actual() = ToProto(from.actual);
  *out.mutable_baseline() = ToProto(from.baseline);
  *out.mutable_changed() = ToProto(from.changed);
  return out;
}

Response ToProto(const Simulated& from) {
  Response out;
  *out.mutable_all() = ToProto(from.all);
  for (const auto& [id, compared] : from.queues) {
    auto* to = out.add_queues();
    to->set_queue_id(id);
    *to->mutable_measures() = ToProto(compared);
  }
  for (const auto& [id, compared] : from.agents) *out.add_agents() = ToProto(id, compared);
  for (const ComparedVisit& one : from.visits) *out.add_changed_items() = ToProto(one);
  out.set_changed_item_count(from.visits_changed);
  out.set_work_guessed_count(from.work_guessed);
  out.set_accept_delay_seconds(Seconds(from.accept_delay));
  return out;
}

}  // namespace

void ServeSimulations(rpc::Server& server, Simulations& simulations) {
  server.Unary<Request, Response>(
      "muara.routing.v1.Simulations/SimulateRouting",
      [&simulations](const rpc::Call& call, const Request& request) -> Result<Response> {
        ASSIGN_OR_RETURN(const Question question, QuestionOf(call, request));
        ASSIGN_OR_RETURN(const Simulated simulated, simulations.Simulate(question));
        return ToProto(simulated);
      });
}

}  // namespace muara::routing
