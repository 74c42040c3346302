// To whom a ticket is given on: an agent, or a queue, skills or both.
#pragma once

#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::ticket {

constexpr size_t kTransferSkillsMax = 200;
constexpr int kSkillLevelMax = 5;

struct TransferSkill {
  std::string name;
  int level = 0;
};

struct TransferTarget {
  std::string agent_id;
  std::string queue_id;  // empty: the one that it has
  std::vector<TransferSkill> skills;

  // INVALID_FIELDS with all that is wrong with it.
  muara::Status Check() const;
};

}  // namespace muara::ticket
