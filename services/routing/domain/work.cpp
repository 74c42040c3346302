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

bool Agent::HasLevel(const std::string& skill, int level_min) const {
  return std::any_of(skills.begin(), skills.end(),
                     [&](const Skill& own) { return own.name == skill && own.level >= level_min; });
}

bool WorkItem::Excludes(const std::string& agent, Time now) const {
  const auto found = excluded.find(agent);
  return found != excluded.end() && now < found->second;
}

int WeightOf(Channel channel) {
  switch (channel) {
    case Channel::kEmail:
    case Channel::kApi:
    case Channel::kSocial:
      return 1;
    case Channel::kChat:
      return 2;
    case Channel::kPhone:
      return 4;
  }
  return 1;
}

Status Validate(const Agent& agent) {
  std::vector<Violation> out;
  if (!IsSlug(agent.id)) out.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  CheckName(out, agent.display_name);
  CheckSkills(out, "skills", agent.skills);
  CheckRange(out, "capacity", agent.capacity, 1, kCapacityMax);
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
  CheckSkills(out, "requirements", queue.requirements);
  return ToStatus(std::move(out));
}

}  // namespace muara::routing
