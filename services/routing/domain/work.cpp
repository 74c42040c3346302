#include "services/routing/domain/work.h"

#include <algorithm>

#include "libs/base/slug.h"

namespace muara::routing {
namespace {

void CheckRange(std::vector<Violation>& out, const char* field, int value, int minimum,
                int maximum) {
  if (value >= minimum && value <= maximum) return;
  out.push_back({field, "is not " + std::to_string(minimum) + " to " + std::to_string(maximum)});
}

void CheckSkills(std::vector<Violation>& out, const char* field, const std::vector<Skill>& skills) {
  if (skills.size() > kListMax) out.push_back({field, "are more than 200"});
  for (const Skill& skill : skills) {
    if (!IsSlug(skill.name)) out.push_back({field, "a name is not 1 to 64 of a-z 0-9 and '-'"});
    if (skill.level < kLevelMin || skill.level > kLevelMax) {
      out.push_back({field, "a level is not 1 to 5"});
    }
  }
}

void CheckRequirements(std::vector<Violation>& out, const Requirements& requirements) {
  const char* field = "requirements";
  if (requirements.size() > kListMax) out.push_back({field, "are more than 200"});
  for (const Requirement& one : requirements) {
    if (!IsSlug(one.skill)) out.push_back({field, "a skill is not 1 to 64 of a-z 0-9 and '-'"});
    if (one.level_min < kLevelMin || one.level_min > kLevelMax) {
      out.push_back({field, "a level is not 1 to 5"});
    }
    if (one.rings.size() > kRingsMax) out.push_back({field, "a skill has more than 10 rings"});
    int after = 0, level = one.level_min;
    for (const Ring& ring : one.rings) {
      if (ring.after_seconds <= after || ring.after_seconds > kWaitSecondsMax) {
        out.push_back({field, "rings are not in the order of their seconds, 1 to 2592000"});
      }
      if (ring.level_min < 0 || ring.level_min >= level) {
        out.push_back({field, "a ring does not lower the level"});
      }
      after = ring.after_seconds, level = ring.level_min;
    }
  }
}

void CheckName(std::vector<Violation>& out, const std::string& name) {
  if (name.empty() || name.size() > 256) out.push_back({"display_name", "is not 1 to 256 bytes"});
}

Status ToStatus(std::vector<Violation> violations) {
  if (violations.empty()) return Ok();
  return InvalidFields(std::move(violations));
}

}  // namespace

bool Agent::WorksOn(const std::string& queue_id) const {
  return std::find(queue_ids.begin(), queue_ids.end(), queue_id) != queue_ids.end();
}

int Agent::LevelOf(const std::string& skill) const {
  const auto found = std::find_if(skills.begin(), skills.end(),
                                  [&](const Skill& own) { return own.name == skill; });
  return found == skills.end() ? 0 : found->level;
}

std::optional<Time> Queue::NextChange(Time time) const {
  return hours == nullptr ? std::nullopt : hours->schedule.NextChange(time);
}

bool WorkItem::Excludes(const std::string& agent, Time now) const {
  const auto found = excluded.find(agent);
  return found != excluded.end() && now < found->second;
}

void WorkItem::MoveTo(const std::string& to_queue_id, Time now) {
  if (queue_id == to_queue_id) return;
  queue_id = to_queue_id;
  queue_start = now;
}

void WorkItem::Finish(const char* why) {
  status = ItemStatus::kDone;
  reason = why;
  agent_id.clear();
  offer_id.clear();
  wrap_up_until = Time();
  wrap_up_extendable_seconds = 0;
  ForgetWishes();
}

void WorkItem::ForgetWishes() {
  requirements.clear();
  preference = Preference::kSticky;
  if (priority_by_hand) priority = ticket_priority;
  priority_by_hand = false;
}

Status Validate(const Agent& agent) {
  std::vector<Violation> out;
  if (!IsSlug(agent.id)) out.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  CheckName(out, agent.display_name);
  CheckSkills(out, "skills", agent.skills);
  CheckRange(out, "capacity", agent.capacity, 1, kCapacityMax);
  CheckRange(out, "share", agent.share, 1, kShareMax);
  if (agent.queue_ids.size() > kListMax) out.push_back({"queue_ids", "are more than 200"});
  for (const std::string& id : agent.queue_ids) {
    if (!IsSlug(id)) out.push_back({"queue_ids", "one is not 1 to 64 of a-z 0-9 and '-'"});
  }
  return ToStatus(std::move(out));
}

Status Validate(const Queue& queue) {
  std::vector<Violation> out;
  if (!IsSlug(queue.id)) out.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  CheckName(out, queue.display_name);
  CheckRange(out, "priority", queue.priority, 0, kPriorityMax);
  CheckRange(out, "ageing_per_minute", queue.ageing_per_minute, 0, kAgeingMax);
  CheckRange(out, "offer_timeout_seconds", queue.offer_timeout_seconds, 1, kOfferSecondsMax);
  CheckRange(out, "tier", queue.tier, 0, kTierMax);
  if (queue.order != Order::kPriority && queue.order != Order::kDueTime) {
    out.push_back({"order", "is not PRIORITY or DUE_TIME"});
  }
  if (queue.balance < Balance::kLongestIdle || queue.balance > Balance::kShare) {
    out.push_back({"balance", "is not LONGEST_IDLE, LEAST_LOADED, PROFICIENCY or SHARE"});
  }
  CheckRange(out, "preferred_seconds", queue.preferred_seconds, 0, kWaitSecondsMax);
  CheckRange(out, "hold_back_seconds", queue.hold_back_seconds, 0, kWaitSecondsMax);
  CheckRange(out, "overflow_seconds", queue.overflow_seconds, 0, kWaitSecondsMax);
  CheckRange(out, "wrap_up_seconds", queue.wrap_up_seconds, 0, kWrapUpSecondsMax);
  CheckRange(out, "max_wait_seconds", queue.max_wait_seconds, 0, kWaitSecondsMax);
  if (queue.max_wait_action != MaxWaitAction::kFlag &&
      queue.max_wait_action != MaxWaitAction::kExpire) {
    out.push_back({"max_wait_action", "is not FLAG or EXPIRE"});
  }
  if (!queue.calendar_id.empty() && !IsSlug(queue.calendar_id)) {
    out.push_back({"calendar_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  if (queue.closed_hours != ClosedHours::kWait && queue.closed_hours != ClosedHours::kOverflow) {
    out.push_back({"closed_hours", "is not WAIT or OVERFLOW"});
  }
  const bool overflows = queue.overflow_seconds > 0 || queue.closed_hours == ClosedHours::kOverflow;
  if (overflows && !IsSlug(queue.overflow_queue_id)) {
    out.push_back({"overflow_queue_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  if (queue.overflow_queue_id == queue.id) {
    out.push_back({"overflow_queue_id", "is the queue itself"});
  }
  CheckRequirements(out, queue.requirements);
  return ToStatus(std::move(out));
}

}  // namespace muara::routing
