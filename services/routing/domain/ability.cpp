#include "services/routing/domain/ability.h"

namespace muara::routing {
namespace {

class Judgement {
 public:
  Judgement(const Setting& setting, const WorkItem& item, const Agent& agent, Time now)
      : setting_(setting), item_(item), agent_(agent), now_(now) {}

  std::vector<Hindrance> All() {
    if (!setting_.queue.open) Add("QUEUE_CLOSED", "the queue " + item_.queue_id + " is closed");
    const bool kept = IsKept(setting_, item_, now_);
    if (kept && agent_.id != item_.preferred_agent_id) {
      Add("KEPT_FOR_ANOTHER",
          "waits for " + item_.preferred_agent_id + " until " + ToRfc3339(item_.preferred_until));
    }
    if (agent_.status != AgentStatus::kAvailable) Add("NOT_AVAILABLE", Absence());
    // Who was named by a person need not be of the queue.
    if (!kept || item_.preference != Preference::kDirected) CheckAbility();
    CheckRoom();
    if (item_.Excludes(agent_.id, now_)) {
      Add("EXCLUDED",
          "rejected or missed it; again from " + ToRfc3339(item_.excluded.at(agent_.id)));
    }
    return std::move(found_);
  }

  void CheckAbility() {
    if (!agent_.WorksOn(item_.queue_id)) Add("NOT_IN_QUEUE", "does not work on " + item_.queue_id);
    const auto needs =
        NeedsAt(setting_.queue.requirements, item_.requirements, now_ - item_.enqueue_time);
    for (const Skill& need : needs) {
      const int level = agent_.LevelOf(need.name);
      if (level >= need.level) continue;
      Add("SKILL_MISSING", "needs " + need.name + " at " + std::to_string(need.level) + ", has " +
                               (level == 0 ? "none" : std::to_string(level)));
    }
  }

  bool empty() const { return found_.empty(); }

 private:
  void CheckRoom() {
    const int room = RoomFor(setting_.capacity, item_.channel, agent_.load, agent_.capacity);
    if (room >= item_.weight) return;
    Add("NO_CAPACITY", room < 0 ? "has work beside which this must not come"
                                : "needs " + std::to_string(item_.weight) + " units, " +
                                      std::to_string(room) + " of " +
                                      std::to_string(agent_.capacity) + " are left");
  }

  std::string Absence() const {
    const std::string is = agent_.status == AgentStatus::kAway ? "is away" : "is offline";
    const std::string since = " since " + ToRfc3339(agent_.status_time);
    return is + (agent_.status_reason.empty() ? "" : ": " + agent_.status_reason) + since;
  }

  void Add(const char* code, std::string detail) { found_.push_back({code, std::move(detail)}); }

  const Setting& setting_;
  const WorkItem& item_;
  const Agent& agent_;
  const Time now_;
  std::vector<Hindrance> found_;
};

}  // namespace

bool IsKept(const Setting& setting, const WorkItem& item, Time now) {
  const Agent* preferred = setting.preferred;
  if (preferred == nullptr || now >= item.preferred_until) return false;
  if (preferred->status != AgentStatus::kAvailable || item.Excludes(preferred->id, now)) {
    return false;
  }
  if (item.preference == Preference::kDirected) return true;
  Judgement judgement(setting, item, *preferred, now);
  judgement.CheckAbility();
  return judgement.empty();
}

std::vector<Hindrance> HindrancesOf(const Setting& setting, const WorkItem& item,
                                    const Agent& agent, Time now) {
  return Judgement(setting, item, agent, now).All();
}

}  // namespace muara::routing
