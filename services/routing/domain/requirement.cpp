#include "services/routing/domain/requirement.h"

#include <algorithm>

namespace muara::routing {
namespace {

void Merge(const Requirements& requirements, Duration age, std::vector<Skill>& needs) {
  for (const Requirement& one : requirements) {
    const int level = one.LevelAt(age);
    if (level == 0) continue;
    const auto same = std::find_if(needs.begin(), needs.end(),
                                   [&](const Skill& need) { return need.name == one.skill; });
    if (same == needs.end()) {
      needs.push_back({one.skill, level});
    } else {
      same->level = std::max(same->level, level);
    }
  }
}

}  // namespace

int Requirement::LevelAt(Duration age) const {
  int level = level_min;
  for (const Ring& ring : rings) {
    if (age >= std::chrono::seconds(ring.after_seconds)) level = ring.level_min;
  }
  return level;
}

std::vector<Skill> NeedsAt(const Requirements& of_queue, const Requirements& of_item,
                           Duration age) {
  std::vector<Skill> needs;
  Merge(of_queue, age, needs);
  Merge(of_item, age, needs);
  std::sort(needs.begin(), needs.end());
  return needs;
}

std::optional<Duration> NextRing(const Requirements& of_queue, const Requirements& of_item,
                                 Duration age) {
  std::optional<Duration> next;
  for (const Requirements* requirements : {&of_queue, &of_item}) {
    for (const Requirement& one : *requirements) {
      for (const Ring& ring : one.rings) {
        const Duration after = std::chrono::seconds(ring.after_seconds);
        if (after > age && (!next || after < *next)) next = after;
      }
    }
  }
  return next;
}

}  // namespace muara::routing
