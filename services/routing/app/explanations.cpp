#include "services/routing/app/explanations.h"

#include <algorithm>
#include <set>

#include "services/routing/app/past.h"
#include "services/routing/app/picture.h"
#include "services/routing/domain/engine.h"
#include "services/routing/domain/rank.h"
#include "services/routing/store/loads.h"
#include "services/routing/store/people.h"
#include "services/routing/store/waits.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr int kAgentsMax = 10000;
constexpr int kPastAgentsMax = 1000;
constexpr int kItemsMax = 1000;  // of each queue of an agent
constexpr size_t kAllItemsMax = 10000;
constexpr size_t kShownMax = 200;
constexpr int kDropMax = 5000;
constexpr int kPage = 5000;

std::string WhereIs(const WorkItem& item) {
  switch (item.status) {
    case ItemStatus::kOffered:
      return "it is offered";
    case ItemStatus::kAssigned:
      return "somebody has it";
    case ItemStatus::kParked:
      return "its ticket waits for something else";
    case ItemStatus::kDone:
      return "it is done";
    case ItemStatus::kWrapping:
      return item.agent_id + " wraps it up until " + ToRfc3339(item.wrap_up_until);
    case ItemStatus::kExpired:
      return "it has waited its queue's maximum and has expired";
    case ItemStatus::kQueued:
      break;
  }
  return "";
}

std::vector<Hindrance> Judge(const Setting& setting, const WorkItem& item, const Agent& agent,
                             Time now) {
  std::vector<Hindrance> found;
  if (item.status != ItemStatus::kQueued) found.push_back({"NOT_WAITING", WhereIs(item)});
  for (Hindrance& one : HindrancesOf(setting, item, agent, now)) found.push_back(std::move(one));
  return found;
}

// Does everybody of the same status, connection and queue have it?
bool IsOfTheGroup(const std::string& code) {
  static const std::set<std::string> codes = {"NOT_WAITING",   "QUEUE_CLOSED",
                                              "NOT_AVAILABLE", "NO_LIVE_SESSION",
                                              "NOT_IN_QUEUE",  "KEPT_FOR_ANOTHER"};
  return codes.contains(code);
}

void Add(Explained& to, Explanation one) {
  ++to.looked_at;
  for (const Hindrance& hindrance : one.hindrances) ++to.counts[hindrance.code];
  to.explanations.push_back(std::move(one));
}

// Those who may get an item, and some of those who are not there. The others are too many to be
// read: they are `left`.
struct Candidates {
  std::vector<Agent> agents;
  std::map<store::AgentGroup, int> left;
};

Result<Candidates> CandidatesFor(sql::Tx& tx, const WorkItem& item,
                                 const std::optional<Agent>& preferred) {
  Candidates found;
  ASSIGN_OR_RETURN(found.agents, store::ListAgentsThere(tx, item.queue_id, kAgentsMax));
  ASSIGN_OR_RETURN(const auto absent, store::ListAgentsAbsent(tx, item.queue_id, kShownMax));
  found.agents.insert(found.agents.end(), absent.begin(), absent.end());
  const auto is_in = [&](const Agent& agent) {
    return std::any_of(found.agents.begin(), found.agents.end(),
                       [&](const Agent& one) { return one.id == agent.id; });
  };
  // Who was named by a person need not be of the queue.
  if (preferred && !is_in(*preferred)) found.agents.push_back(*preferred);
  std::sort(found.agents.begin(), found.agents.end(),
            [](const Agent& a, const Agent& b) { return a.id < b.id; });
  ASSIGN_OR_RETURN(found.left, store::CountAgents(tx, item.queue_id));
  for (const Agent& one : found.agents) {
    --found.left[{one.WorksOn(item.queue_id), one.status, one.connection}];
  }
  return found;
}

// As far as it is known of those who were not read.
void AddLeft(Explained& to, const Setting& setting, const WorkItem& item,
             const std::map<store::AgentGroup, int>& left, Time now) {
  for (const auto& [group, count] : left) {
    if (count <= 0) continue;
    Agent anybody{.status = group.status, .connection = group.connection};
    if (group.is_of_queue) anybody.queue_ids = {item.queue_id};
    to.looked_at += count;
    to.not_listed += count;
    std::set<std::string> codes;
    for (const Hindrance& one : Judge(setting, item, anybody, now)) codes.insert(one.code);
    for (const std::string& code : codes) {
      if (IsOfTheGroup(code)) to.counts[code] += count;
    }
  }
}

// What is equally hindered stays in its order.
void Finish(Explained& explained) {
  auto& all = explained.explanations;
  if (all.size() > kShownMax) explained.not_listed += static_cast<int>(all.size() - kShownMax);
  std::stable_sort(all.begin(), all.end(), [](const Explanation& a, const Explanation& b) {
    return a.hindrances.size() < b.hindrances.size();
  });
  if (all.size() > kShownMax) all.resize(kShownMax);
}

Result<Queue> QueueOf(sql::Tx& tx, OpeningHours& hours, const std::string& id) {
  auto queue = hours.Load(tx, id);
  if (queue.ok() || queue.error().code != Code::kNotFound) return queue;
  return Queue{.id = id};
}

Result<std::optional<Agent>> PreferredOf(sql::Tx& tx, const WorkItem& item) {
  if (item.preferred_agent_id.empty()) return std::optional<Agent>();
  auto agent = store::LoadAgent(tx, item.preferred_agent_id);
  if (agent.ok()) return std::optional<Agent>(std::move(*agent));
  if (agent.error().code != Code::kNotFound) return agent.error();
  return std::optional<Agent>();
}

Status PutWaiting(sql::Tx& tx, const std::string& queue_id, Engine& engine) {
  for (std::string after;;) {
    ASSIGN_OR_RETURN(const auto waiting, store::ListItems(tx, static_cast<int>(ItemStatus::kQueued),
                                                          queue_id, kPage, after));
    for (const WorkItem& item : waiting) engine.Put(item);
    if (waiting.size() < kPage) return Ok();
    after = waiting.back().id;
  }
}

// All that waits in the agent's queues, best first.
Result<std::vector<WorkItem>> WaitingFor(sql::Tx& tx, OpeningHours& hours, const Agent& agent,
                                         Time now) {
  std::vector<std::pair<Queue, WorkItem>> found;
  for (const std::string& id : agent.queue_ids) {
    ASSIGN_OR_RETURN(const Queue queue, QueueOf(tx, hours, id));
    ASSIGN_OR_RETURN(const auto waiting, store::ListItems(tx, static_cast<int>(ItemStatus::kQueued),
                                                          id, kItemsMax, ""));
    for (const WorkItem& item : waiting) found.emplace_back(queue, item);
    if (found.size() >= kAllItemsMax) break;
  }
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
    return RankOf(a.first, a.second, now).Before(RankOf(b.first, b.second, now));
  });
  std::vector<WorkItem> items;
  for (auto& [queue, item] : found) items.push_back(std::move(item));
  return items;
}

}  // namespace

Result<Explained> Explanations::Now(const std::string& item_id, const std::string& agent_id) {
  const Time now = clock_.Now();
  const auto policy = policy_.Now();
  return database_.Read([&](sql::Tx& tx) -> Result<Explained> {
    Explained explained{.time = now};
    std::vector<Agent> agents;
    std::vector<WorkItem> items;
    if (!agent_id.empty()) {
      ASSIGN_OR_RETURN(explained.agent, store::LoadAgent(tx, agent_id));
      agents.push_back(*explained.agent);
    }
    if (!item_id.empty()) {
      ASSIGN_OR_RETURN(explained.item, store::LoadItem(tx, item_id));
      items.push_back(*explained.item);
    } else {
      ASSIGN_OR_RETURN(items, WaitingFor(tx, hours_, *explained.agent, now));
    }
    for (const WorkItem& item : items) {
      ASSIGN_OR_RETURN(const Queue queue, QueueOf(tx, hours_, item.queue_id));
      ASSIGN_OR_RETURN(const auto preferred, PreferredOf(tx, item));
      const Setting setting{policy->capacity, queue, preferred ? &*preferred : nullptr};
      if (agent_id.empty()) {
        ASSIGN_OR_RETURN(Candidates candidates, CandidatesFor(tx, item, preferred));
        agents = std::move(candidates.agents);
        AddLeft(explained, setting, item, candidates.left, now);
      }
      if (explained.item && item.status == ItemStatus::kQueued) {
        ASSIGN_OR_RETURN(explained.before, store::CountBefore(tx, queue, item));
      }
      for (const Agent& agent : agents) {
        Add(explained, {item.id, agent.id, Judge(setting, item, agent, now)});
      }
    }
    RETURN_IF_ERROR(AddHolds(tx, explained, items, agents, now));
    Finish(explained);
    return explained;
  });
}

// Who is kept free for what is the engine's alone to say, and few queues keep anybody.
Status Explanations::AddHolds(sql::Tx& tx, Explained& explained, const std::vector<WorkItem>& items,
                              const std::vector<Agent>& agents, Time now) {
  ASSIGN_OR_RETURN(const auto queues, AllQueues(tx, hours_));
  Engine engine;
  bool any = false;
  for (const Queue& queue : queues) {
    engine.Put(queue);
    if (queue.hold_back_seconds == 0) continue;
    any = true;
    RETURN_IF_ERROR(PutWaiting(tx, queue.id, engine));
  }
  if (!any) return Ok();
  engine.Put(policy_.Now()->capacity);
  ASSIGN_OR_RETURN(const auto everybody, AllAgents(tx, kAgentsMax));
  for (const Agent& agent : everybody) engine.Put(agent);
  for (const WorkItem& item : items) engine.Put(item);
  engine.Match(now);
  size_t at = 0;
  for (const WorkItem& item : items) {
    for (const Agent& agent : agents) {
      auto& hindrances = explained.explanations[at++].hindrances;
      if (item.status != ItemStatus::kQueued) continue;
      const auto held = engine.HeldBack(item, agent.id, now);
      if (!held) continue;
      hindrances.push_back(*held);
      ++explained.counts[held->code];
    }
  }
  return Ok();
}

Result<Explained> Explanations::At(const std::string& item_id, const std::string& agent_id,
                                   Time time) {
  const auto policy = policy_.Now();
  return database_.Read([&](sql::Tx& tx) -> Result<Explained> {
    const Past past(tx, log_, time);
    Explained explained{.time = time};
    ASSIGN_OR_RETURN(explained.item, past.Item(item_id));
    const WorkItem& item = *explained.item;
    ASSIGN_OR_RETURN(const Queue queue, past.QueueOf(item.queue_id));
    std::vector<std::string> ids = {agent_id};
    if (agent_id.empty()) {
      ids.clear();
      ASSIGN_OR_RETURN(const auto agents, AllAgents(tx, kPastAgentsMax));
      for (const Agent& agent : agents) ids.push_back(agent.id);
    }
    std::optional<Agent> preferred;
    if (!item.preferred_agent_id.empty()) {
      ASSIGN_OR_RETURN(preferred, past.FindAgent(item.preferred_agent_id));
    }
    const Setting setting{policy->capacity, queue, preferred ? &*preferred : nullptr};
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const auto agent, past.FindAgent(id));
      if (!agent && !agent_id.empty()) {
        return MakeError(Code::kNotFound, "AGENT_NOT_FOUND", "there was no such agent then");
      }
      if (!agent) continue;
      if (!agent_id.empty()) explained.agent = agent;
      Add(explained, {item.id, id, Judge(setting, item, *agent, time)});
    }
    Finish(explained);
    return explained;
  });
}

Result<std::vector<Finding>> Explanations::Lint() {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Finding>> {
    ASSIGN_OR_RETURN(const auto queues, AllQueues(tx, hours_));
    ASSIGN_OR_RETURN(const auto agents, AllAgents(tx, kAgentsMax));
    return routing::Lint(policy_.Now()->capacity, queues, agents, clock_.Now());
  });
}

Result<bool> Explanations::DropOldLoads() {
  const Time before = clock_.Now() - kLoadsKept;
  ASSIGN_OR_RETURN(const int64_t dropped, database_.Transact([&](sql::Tx& tx) {
    return store::DropLoads(tx, before, kDropMax);
  }));
  return dropped == kDropMax;
}

}  // namespace muara::routing
