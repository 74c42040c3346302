#include "services/ticket/domain/sla/words.h"

#include <map>

namespace muara::ticket {
namespace {

// What became of it, after what has passed was told.
std::string Outcome(const SlaClock& clock, Duration elapsed) {
  const Duration left = clock.target.duration - elapsed;
  if (clock.end) {
    const std::string at = " at " + ToRfc3339(*clock.end) + ".";
    if (!clock.answered) return "It was cancelled" + at;
    return (clock.breached ? "It was answered late" : "It was answered in time") + at;
  }
  if (left <= Duration(0)) return Spell(-left) + " overdue.";
  if (clock.due) return Spell(left) + " are left: due at " + ToRfc3339(*clock.due) + ".";
  if (clock.paused) return Spell(left) + " are left when it goes on.";
  return Spell(left) + " are left, and its calendar has no such time.";
}

}  // namespace

std::string Spell(Duration duration) {
  const int64_t seconds = duration / std::chrono::seconds(1);
  std::string text;
  const auto add = [&text](int64_t count, const char* unit) {
    if (count > 0) text += (text.empty() ? "" : " ") + std::to_string(count) + unit;
  };
  add(seconds / 86400, " d");
  add(seconds / 3600 % 24, " h");
  add(seconds / 60 % 60, " min");
  add(seconds % 60, " s");
  return text.empty() ? "0 s" : text;
}

std::string Explain(const SlaClock& clock, const std::vector<Interval>& intervals,
                    Duration elapsed) {
  const Duration counted = clock.elapsed.value_or(elapsed);
  std::string text = std::string(TargetKindName(clock.kind)) + ": policy " + clock.policy_id;
  if (!clock.rule.empty()) text += " (rule " + clock.rule + ")";
  text += " promises " + Spell(clock.target.duration);
  text += clock.target.calendar_id.empty()
              ? " round the clock"
              : " of working time by calendar " + clock.target.calendar_id;
  text += ", from " + ToRfc3339(clock.start) + ". " + Spell(counted) + " of it have passed";
  std::map<Status, Duration> pauses;
  for (const Interval& one : intervals) {
    if (!one.running) pauses[one.why] += one.to - one.from;
  }
  for (const auto& [state, length] : pauses) {
    text += ", paused " + Spell(length) + " in " + StatusName(state);
  }
  text += ". " + Outcome(clock, counted);
  if (counted == elapsed) return text;
  return text + " Its calendar is another one since: by that of today it would be " +
         Spell(elapsed) + ".";
}

}  // namespace muara::ticket
