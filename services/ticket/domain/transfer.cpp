#include "services/ticket/domain/transfer.h"

#include <set>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

void CheckSkills(std::vector<Violation>& out, const std::vector<TransferSkill>& skills) {
  if (skills.size() > kTransferSkillsMax) out.push_back({"skills", "are more than 200"});
  std::set<std::string> names;
  for (const TransferSkill& skill : skills) {
    if (!IsSlug(skill.name)) out.push_back({"skills", "a name is not 1 to 64 of a-z 0-9 and '-'"});
    if (skill.level < 1 || skill.level > kSkillLevelMax) {
      out.push_back({"skills", "a level is not 1 to 5"});
    }
    if (!names.insert(skill.name).second) out.push_back({"skills", "one is named twice"});
    if (!out.empty()) return;  // one is enough to find the others by
  }
}

}  // namespace

muara::Status TransferTarget::Check() const {
  std::vector<Violation> out;
  const bool any = !queue_id.empty() || !skills.empty();
  if (agent_id.empty() && !any) {
    out.push_back({"agent_id", "is required, or queue_id, or skills"});
  } else if (!agent_id.empty() && any) {
    out.push_back({"agent_id", "is given alone, without queue_id and skills"});
  }
  if (!agent_id.empty() && !IsSlug(agent_id)) {
    out.push_back({"agent_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  if (!queue_id.empty() && !IsSlug(queue_id)) {
    out.push_back({"queue_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  if (out.empty()) CheckSkills(out, skills);
  if (out.empty()) return Ok();
  return InvalidFields(std::move(out));
}

}  // namespace muara::ticket
