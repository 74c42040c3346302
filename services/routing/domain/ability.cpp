#include "services/routing/domain/ability.h"

namespace muara::routing {
namespace {

void Add(std::vector<Hindrance>& out, const char* code, std::string detail) {
  out.push_back({code, std::move(detail)});
}

std::string Since(Time time) { return " since " + ToRfc3339(time); }

std::string AbsenceOf(const Agent& agent) {
  const std::string is = agent.status == AgentStatus::kAway ? "is away" : "is offline";
  return is + (agent.status_reason.empty() ? "" : ": " + agent.status_reason) +
         Since(agent.status_time);
}

void AddPresence(std::vector<Hindrance>& out, const Agent& agent) {
  if (agent.status != AgentStatus::kAvailable) Add(out, "NOT_AVAILABLE", AbsenceOf(agent));
  if (agent.connection == Connection::kLive) return;
  const bool suspect = agent.connection == Connection::kSuspect;
  const bool known = agent.connection_time != Time();
  Add(out, "NO_LIVE_SESSION",
      (suspect ? "nothing is heard of it" : "has no session") +
          (known ? Since(agent.connection_time) : ""));
}

void AddRoom(std::vector<Hindrance>& out, const CapacityPolicy& policy, const Agent& agent,
             Channel channel, int weight) {
  const int room = RoomFor(policy, channel, agent.load, agent.capacity);
  if (room >= weight) return;
  if (room < 0) {
    Add(out, "INTERRUPT", "has work that this must not interrupt");
    return;
  }
  Add(out, "NO_CAPACITY",
      "needs " + std::to_string(weight) + " units, " + std::to_string(room) + " of " +
          std::to_string(agent.capacity) + " are left");
}

class Judgement {
 public:
  Judgement(const Setting& setting, const WorkItem& item, const Agent& agent, Time now)
      : setting_(setting), item_(item), agent_(agent), now_(now) {}

  std::vector<Hindrance> All() {
    if (!setting_.queue.OpenAt(now_)) AddClosed();
    const bool kept = IsKept(setting_, item_, now_);
    if (kept && agent_.id != item_.preferred_agent_id) {
      Add("KEPT_FOR_ANOTHER",
          "waits for " + item_.preferred_agent_id + " until " + ToRfc3339(item_.preferred_until));
    }
    AddPresence(found_, agent_);
    // Who was named by a person need not be of the queue.
    if (!kept || item_.preference != Preference::kDirected) CheckAbility();
    AddRoom(found_, setting_.capacity, agent_, item_.channel, item_.weight);
    if (item_.Excludes(agent_.id, now_)) {
      Add("EXCLUDED", "rejected, missed or gave it away; again from " +
                          ToRfc3339(item_.excluded.at(agent_.id)));
    }
    return std::move(found_);
  }

  void AddClosed() {
    const auto opens = setting_.queue.NextChange(now_);
    Add("QUEUE_CLOSED", "the queue " + item_.queue_id + " is closed" +
                            (opens ? " until " + ToRfc3339(*opens) : " for good"));
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
  void Add(const char* code, std::string detail) { routing::Add(found_, code, std::move(detail)); }

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
  if (!preferred->TakesOffers() || item.Excludes(preferred->id, now)) return false;
  if (item.preference == Preference::kDirected) return true;
  Judgement judgement(setting, item, *preferred, now);
  judgement.CheckAbility();
  return judgement.empty();
}

std::vector<Hindrance> HindrancesOf(const Setting& setting, const WorkItem& item,
                                    const Agent& agent, Time now) {
  return Judgement(setting, item, agent, now).All();
}

std::vector<Hindrance> HindrancesOf(const CapacityPolicy& capacity, const Agent& agent,
                                    Channel channel) {
  std::vector<Hindrance> found;
  AddPresence(found, agent);
  AddRoom(found, capacity, agent, channel, capacity.WeightOf(channel));
  return found;
}

}  // namespace muara::routing
