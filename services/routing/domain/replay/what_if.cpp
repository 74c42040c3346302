#include "services/routing/domain/replay/what_if.h"

#include <algorithm>
#include <map>

#include "services/routing/domain/policy.h"

namespace muara::routing {
namespace {

using Violations = std::vector<Violation>;

void Note(Violations& out, const std::string& resource, const Status& status) {
  if (status.ok()) return;
  for (const Violation& one : status.error().violations) {
    const Violation named{resource + "." + one.field, one.description};
    const bool known = std::any_of(
        out.begin(), out.end(), [&](const Violation& other) { return other.field == named.field; });
    if (!known) out.push_back(named);
  }
}

template <class Change>
void CheckIds(Violations& out, const char* field, const std::vector<Change>& changes) {
  if (changes.size() > kChangesMax) out.push_back({field, "are more than 1000"});
  std::set<std::string> ids;
  for (const Change& change : changes) {
    if (!ids.insert(change.id).second) out.push_back({field, "'" + change.id + "' is named twice"});
  }
}

void Apply(const QueueChange& change, History& history, Violations& out) {
  bool known = false;
  for (auto& [time, queue] : history.queues) {
    if (queue.id != change.id) continue;
    known = true;
    change.change(queue);
    if (change.calendar_id) queue.hours = change.hours;
    Note(out, "queues/" + change.id, Validate(queue));
  }
  if (!known) out.push_back({"queues", "'" + change.id + "' did not exist"});
}

void Prefer(WorkItem& item, const std::map<std::string, int>& seconds, Time since) {
  const auto set = seconds.find(item.home_queue_id);
  if (set == seconds.end() || item.preferred_agent_id.empty()) return;
  if (item.preference == Preference::kDirected) return;  // by a person, whatever the queue says
  item.preferred_until = since + std::chrono::seconds(set->second);
}

void ApplyQueues(const Changes& changes, History& history, Violations& out) {
  std::map<std::string, int> preferred_seconds;
  for (const QueueChange& change : changes.queues) {
    Apply(change, history, out);
    if (change.preferred_seconds) preferred_seconds[change.id] = *change.preferred_seconds;
  }
  if (preferred_seconds.empty()) return;
  for (Visit& visit : history.visits) {
    Prefer(visit.item, preferred_seconds, visit.item.enqueue_time);
    for (ItemAt& later : visit.changes) {
      Prefer(later.item, preferred_seconds, visit.item.enqueue_time);
    }
  }
}

void ApplyPolicy(const Changes& changes, History& history, Violations& out) {
  if (!changes.policy) return;
  CapacityPolicy weights;
  for (auto& [time, capacity] : history.policies) {
    changes.policy(capacity);
    weights = capacity;
    RoutingPolicy policy;
    policy.capacity = capacity;
    Note(out, "policy", Validate(policy));
  }
  for (Visit& visit : history.visits) {
    if (!changes.weighed.contains(visit.item.channel)) continue;
    visit.item.weight = weights.WeightOf(visit.item.channel);
  }
}

// The agent as `told` says at each of these moments, there or not.
std::vector<AgentAt> OnShifts(const std::vector<AgentAt>& told, const std::vector<Interval>& shifts,
                              const std::string& id, Time from) {
  std::set<Time> moments = {from};
  for (const AgentAt& one : told) moments.insert(one.time);
  for (const Interval& shift : shifts) moments.insert({shift.from, shift.until});
  std::vector<AgentAt> out;
  Agent agent{.id = id, .display_name = id};
  // Who comes into being later is there from the beginning of its first shift.
  if (!told.empty()) agent = told.front().agent;
  auto next = told.begin();
  for (const Time moment : moments) {
    for (; next != told.end() && next->time <= moment; ++next) agent = next->agent;
    const bool is_there = std::any_of(shifts.begin(), shifts.end(), [&](const Interval& shift) {
      return shift.from <= moment && moment < shift.until;
    });
    agent.status = is_there ? AgentStatus::kAvailable : AgentStatus::kOffline;
    agent.connection = Connection::kLive;
    out.push_back({moment, agent});
  }
  return out;
}

void CheckIntervals(const AgentChange& change, const History& history, Violations& out) {
  const std::string field = "agents/" + change.id + ".available";
  if (change.available->size() > kIntervalsMax) out.push_back({field, "are more than 100"});
  for (const auto& [from, until] : *change.available) {
    if (from < until && from >= history.from && until <= history.until) continue;
    out.push_back({field, "one does not lie within the time that is simulated"});
    return;
  }
}

std::vector<AgentAt> Changed(const AgentChange& change, std::vector<AgentAt> told,
                             const History& history, Violations& out) {
  if (change.removed) return {};
  if (change.available) {
    CheckIntervals(change, history, out);
    told = OnShifts(told, *change.available, change.id, history.from);
  }
  for (AgentAt& one : told) {
    change.change(one.agent);
    Note(out, "agents/" + change.id, Validate(one.agent));
  }
  return told;
}

// What was given to the agent by hand waits for somebody else.
void Remove(const std::string& agent_id, History& history) {
  std::erase_if(history.holds, [&](const Hold& hold) { return hold.agent_id == agent_id; });
  for (Visit& visit : history.visits) {
    if (visit.hand && visit.hand->agent_id == agent_id) visit.hand.reset();
  }
}

void ApplyAgents(const Changes& changes, History& history, Violations& out) {
  if (changes.agents.empty()) return;
  std::map<std::string, std::vector<AgentAt>> told;
  for (AgentAt& one : history.agents) told[one.agent.id].push_back(std::move(one));
  for (const AgentChange& change : changes.agents) {
    auto known = told.find(change.id);
    if (known == told.end() && (change.removed || !change.available)) {
      out.push_back({"agents", "'" + change.id + "' did not exist; 'available' adds it"});
      continue;
    }
    std::vector<AgentAt> before;
    if (known != told.end()) before = std::move(known->second);
    told[change.id] = Changed(change, std::move(before), history, out);
    if (change.removed) Remove(change.id, history);
  }
  history.agents.clear();
  for (auto& [id, all] : told) {
    for (AgentAt& one : all) history.agents.push_back(std::move(one));
  }
}

}  // namespace

Result<History> Apply(const Changes& changes, History history) {
  Violations out;
  CheckIds(out, "queues", changes.queues);
  CheckIds(out, "agents", changes.agents);
  if (out.empty()) {
    ApplyQueues(changes, history, out);
    ApplyPolicy(changes, history, out);
    ApplyAgents(changes, history, out);
  }
  if (!out.empty()) return InvalidFields(std::move(out));
  return history;
}

}  // namespace muara::routing
