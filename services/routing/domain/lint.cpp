#include "services/routing/domain/lint.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace muara::routing {
namespace {

constexpr Duration kLookAhead = std::chrono::hours(28 * 24);

using Members = std::vector<const Agent*>;

bool HasAll(const Agent& agent, const std::vector<Skill>& needs) {
  return std::all_of(needs.begin(), needs.end(),
                     [&](const Skill& need) { return agent.LevelOf(need.name) >= need.level; });
}

class Linter {
 public:
  Linter(const CapacityPolicy& capacity, const std::vector<Queue>& queues,
         const std::vector<Agent>& agents, Time now)
      : capacity_(capacity), agents_(agents), now_(now) {
    for (const Queue& queue : queues) queues_[queue.id] = &queue;
    for (const Agent& agent : agents) {
      for (const std::string& id : agent.queue_ids) members_[id].push_back(&agent);
    }
  }

  std::vector<Finding> Run() {
    for (const auto& [id, queue] : queues_) CheckQueue(*queue, members_[id]);
    for (const Agent& agent : agents_) CheckAgent(agent);
    std::sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.level, a.resource, a.code, a.detail) <
             std::tie(b.level, b.resource, b.code, b.detail);
    });
    if (found_.size() > kFindingsMax) found_.resize(kFindingsMax);
    return std::move(found_);
  }

 private:
  void CheckQueue(const Queue& queue, const Members& members) {
    CheckHours(queue);
    CheckOverflow(queue);
    // What overflows is somebody else's in the end.
    const FindingLevel level =
        queue.overflow_seconds > 0 ? FindingLevel::kWarning : FindingLevel::kError;
    if (members.empty()) {
      return Add(level, "QUEUE_WITHOUT_MEMBERS", "queues/" + queue.id, "nobody works on it");
    }
    CheckSkills(queue, members, level);
    CheckRoom(queue, members);
    CheckTiers(queue, members);
  }

  void CheckOverflow(const Queue& queue) {
    const bool sends_away = queue.closed_hours == ClosedHours::kOverflow;
    if (queue.overflow_seconds == 0 && !sends_away) return;
    const auto next = queues_.find(queue.overflow_queue_id);
    if (next == queues_.end()) {
      Add(FindingLevel::kError, "OVERFLOW_UNKNOWN", "queues/" + queue.id,
          "there is no queue " + queue.overflow_queue_id);
    } else if (next->second->overflow_seconds > 0 && next->second->overflow_queue_id == queue.id) {
      Add(FindingLevel::kWarning, "OVERFLOW_BACK", "queues/" + queue.id,
          "and " + next->first + " overflow into each other; work moves once and stays");
    } else if (sends_away && IsClosedWith(queue, *next->second)) {
      Add(FindingLevel::kWarning, "OVERFLOW_CLOSED", "queues/" + queue.id,
          "while it is closed its work waits in " + next->first + ", which is closed then too");
    }
  }

  void CheckHours(const Queue& queue) {
    if (queue.hours == nullptr || !queue.hours->is_deleted) return;
    Add(FindingLevel::kWarning, "CALENDAR_DELETED", "queues/" + queue.id,
        "the calendar " + queue.calendar_id + " was deleted; its last hours stay in force");
  }

  // Is the other one never open while this one is closed?
  bool IsClosedWith(const Queue& queue, const Queue& other) const {
    if (queue.hours == nullptr || other.hours == nullptr) return false;
    const Time until = now_ + kLookAhead;
    bool closes = false;
    for (Time from = now_; from < until;) {
      const Time next = std::min(until, queue.NextChange(from).value_or(until));
      if (!queue.OpenAt(from)) {
        closes = true;
        if (other.hours->schedule.WorkingTimeBetween(from, next) > Duration(0)) return false;
      }
      from = next;
    }
    return closes;
  }

  void CheckSkills(const Queue& queue, const Members& members, FindingLevel level) {
    const bool relaxes = std::any_of(queue.requirements.begin(), queue.requirements.end(),
                                     [](const Requirement& one) { return !one.rings.empty(); });
    const auto first = NeedsAt(queue.requirements, {}, Duration(0));
    const auto last = NeedsAt(queue.requirements, {}, std::chrono::seconds(kWaitSecondsMax));
    const auto able = [&](const std::vector<Skill>& needs) {
      return std::any_of(members.begin(), members.end(),
                         [&](const Agent* member) { return HasAll(*member, needs); });
    };
    if (able(first)) return;
    // Able in the end: every item waits for its rings first.
    const bool ends = relaxes && able(last);
    const FindingLevel how = ends ? FindingLevel::kWarning : level;
    const auto& needs = ends ? first : last;
    bool said = false;
    for (const Skill& need : needs) {
      if (able({need})) continue;
      said = true;
      Add(how, "NOBODY_HAS_SKILL", "queues/" + queue.id,
          need.name + " at " + std::to_string(need.level) +
              (ends ? ", until it relaxes" : ", of all who work on it"));
    }
    if (!said) {
      Add(how, "NOBODY_HAS_ALL_SKILLS", "queues/" + queue.id,
          "each skill is there, but nobody has them all");
    }
  }

  void CheckRoom(const Queue& queue, const Members& members) {
    for (const Channel channel : kChannels) {
      const int weight = capacity_.WeightOf(channel);
      const bool fits = std::any_of(members.begin(), members.end(), [&](const Agent* member) {
        return member->capacity >= weight;
      });
      if (fits) continue;
      Add(FindingLevel::kWarning, "NO_ROOM", "queues/" + queue.id,
          "work of channel " + std::to_string(static_cast<int>(channel)) + " weighs " +
              std::to_string(weight) + ", more than anybody's capacity");
    }
  }

  // All who work on it also work on queues of a lower tier, whose work always goes first.
  void CheckTiers(const Queue& queue, const Members& members) {
    const bool starves = std::all_of(members.begin(), members.end(), [&](const Agent* member) {
      return std::any_of(member->queue_ids.begin(), member->queue_ids.end(), [&](const auto& id) {
        const auto other = queues_.find(id);
        return other != queues_.end() && other->second->tier < queue.tier;
      });
    });
    if (!starves) return;
    Add(FindingLevel::kWarning, "MAY_STARVE", "queues/" + queue.id,
        "all who work on it have work of a lower tier, which always goes first");
  }

  void CheckAgent(const Agent& agent) {
    if (agent.queue_ids.empty()) {
      Add(FindingLevel::kWarning, "AGENT_WITHOUT_QUEUES", "agents/" + agent.id,
          "gets no work but what is assigned by hand");
    }
    for (const std::string& id : agent.queue_ids) {
      if (queues_.contains(id)) continue;
      Add(FindingLevel::kWarning, "QUEUE_UNKNOWN", "agents/" + agent.id,
          "there is no queue " + id + " yet");
    }
  }

  void Add(FindingLevel level, const char* code, std::string resource, std::string detail) {
    found_.push_back({level, code, std::move(resource), std::move(detail)});
  }

  const CapacityPolicy& capacity_;
  const std::vector<Agent>& agents_;
  const Time now_;
  std::map<std::string, const Queue*> queues_;
  std::map<std::string, Members> members_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> Lint(const CapacityPolicy& capacity, const std::vector<Queue>& queues,
                          const std::vector<Agent>& agents, Time now) {
  return Linter(capacity, queues, agents, now).Run();
}

}  // namespace muara::routing
