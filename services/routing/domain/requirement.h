// What an agent must be able to do for a piece of work, and how that relaxes while it waits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"

namespace muara::routing {

constexpr int kLevelMin = 1;
constexpr int kLevelMax = 5;

// Proficiency 1 (basic) to 5 (expert).
struct Skill {
  std::string name;
  int level = kLevelMin;
  auto operator<=>(const Skill&) const = default;
};

// From this age of the item on, this level will do. Running out of rings never ends the wait.
struct Ring {
  int after_seconds = 0;
  int level_min = 0;  // 0: no longer needed
  bool operator==(const Ring&) const = default;
};

struct Requirement {
  std::string skill;
  int level_min = kLevelMin;
  std::vector<Ring> rings;  // by age; none: it is needed however long it takes

  int LevelAt(Duration age) const;
  bool operator==(const Requirement&) const = default;
};

using Requirements = std::vector<Requirement>;

// What the queue and the item ask for at this age, by name; of two levels of a skill the higher.
std::vector<Skill> NeedsAt(const Requirements& of_queue, const Requirements& of_item, Duration age);
// The age at which they next relax.
std::optional<Duration> NextRing(const Requirements& of_queue, const Requirements& of_item,
                                 Duration age);

}  // namespace muara::routing
