#include "services/routing/app/simulations.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <tuple>

#include "services/routing/app/history.h"

namespace muara::routing {
namespace {

constexpr int64_t kRetryAfterMs = 5000;

using Ends = std::vector<WaitEnd>;

// Whether to go on, asked all the time.
GoOn UntilStopped(const Question& question, const SimulationLimits& limits) {
  const auto until =
      std::chrono::steady_clock::now() + std::min(limits.time_max, question.time_max);
  return [until, is_cancelled = question.is_cancelled]() -> Status {
    if (is_cancelled && is_cancelled()) {
      return MakeError(Code::kAborted, "CALLER_GONE", "whoever asked has gone");
    }
    if (std::chrono::steady_clock::now() < until) return Ok();
    return MakeError(Code::kResourceExhausted, "SIMULATION_TOO_LONG",
                     "it takes too long; ask for a shorter time");
  };
}

// Without what came and when: enough to see whether the changes fit.
Status CheckChanges(const Changes& changes, const History& history) {
  History settings;
  settings.from = history.from;
  settings.until = history.until;
  settings.agents = history.agents;
  settings.queues = history.queues;
  settings.policies = history.policies;
  ASSIGN_OR_RETURN(settings, Apply(changes, std::move(settings)));
  return Ok();
}

Ends ActualOf(const History& history) {
  Ends ends;
  ends.reserve(history.visits.size());
  for (const Visit& visit : history.visits) ends.push_back(visit.actual);
  return ends;
}

struct Runs {
  Ends actual;
  Ends baseline;
  Ends changed;
};

Compared Compare(const Runs& runs, const std::vector<size_t>& visits, Duration service_level) {
  return {Measure(runs.actual, visits, service_level),
          Measure(runs.baseline, visits, service_level),
          Measure(runs.changed, visits, service_level)};
}

void CompareQueues(const History& history, const Runs& runs, Duration service_level,
                   Simulated& out) {
  std::vector<size_t> all(history.visits.size());
  std::iota(all.begin(), all.end(), 0);
  out.all = Compare(runs, all, service_level);
  std::map<std::string, std::vector<size_t>> by_queue;
  for (const size_t at : all) by_queue[history.visits[at].queue_id].push_back(at);
  for (const auto& [id, visits] : by_queue) out.queues[id] = Compare(runs, visits, service_level);
}

bool IsSame(const WaitEnd& a, const WaitEnd& b) {
  return a.fate == b.fate && a.agent_id == b.agent_id && a.wait == b.wait;
}

// The most changed wait first, then by time and id.
void CompareVisits(const History& history, const Runs& runs, size_t limit, Simulated& out) {
  std::vector<size_t> changed;
  for (size_t i = 0; i < history.visits.size(); ++i) {
    if (!IsSame(runs.baseline[i], runs.changed[i])) changed.push_back(i);
  }
  out.visits_changed = static_cast<int>(changed.size());
  const auto by = [&](size_t i) {
    return std::make_tuple(-std::chrono::abs(runs.changed[i].wait - runs.baseline[i].wait),
                           history.visits[i].since, std::string_view(history.visits[i].item.id));
  };
  const size_t shown = std::min(limit, changed.size());
  std::partial_sort(changed.begin(), changed.begin() + static_cast<std::ptrdiff_t>(shown),
                    changed.end(), [&](size_t a, size_t b) { return by(a) < by(b); });
  changed.resize(shown);
  for (const size_t i : changed) {
    const Visit& visit = history.visits[i];
    out.visits.push_back({visit.item_id, visit.queue_id, visit.since, visit.is_work_guessed,
                          runs.actual[i], runs.baseline[i], runs.changed[i]});
  }
}

}  // namespace

Status Simulations::Check(const Question& question) const {
  std::vector<Violation> out;
  if (question.from >= question.until) out.push_back({"to_time", "is not after from_time"});
  if (question.until > clock_.Now()) out.push_back({"to_time", "is in the future"});
  if (question.until - question.from > kSimulatedMax) {
    out.push_back({"to_time", "is more than 31 days after from_time"});
  }
  if (question.service_level < Duration(0) ||
      question.service_level > std::chrono::seconds(kServiceLevelSecondsMax)) {
    out.push_back({"service_level_seconds", "is not 0 to 2592000"});
  }
  if (question.compared_max > kComparedMax) {
    out.push_back({"changed_items_max", "is not 0 to 1000"});
  }
  if (out.empty()) return Ok();
  return InvalidFields(std::move(out));
}

Status Simulations::FindHours(Changes& changes) {
  return database_.Read([&](sql::Tx& tx) -> Status {
    for (QueueChange& change : changes.queues) {
      if (!change.calendar_id) continue;
      Queue queue{.id = change.id, .calendar_id = *change.calendar_id};
      RETURN_IF_ERROR(hours_.TryOn(tx, queue));
      change.hours = queue.hours;
    }
    return Ok();
  });
}

Result<Simulated> Simulations::Simulate(const Question& question) {
  RETURN_IF_ERROR(Check(question));
  const std::unique_lock alone(runs_, std::try_to_lock);
  if (!alone.owns_lock()) {
    Error error = MakeError(Code::kResourceExhausted, "SIMULATION_RUNS",
                            "another simulation runs; ask again when it is done");
    error.retry_after_ms = kRetryAfterMs;
    return error;
  }
  Changes changes = question.changes;
  RETURN_IF_ERROR(FindHours(changes));
  const GoOn go_on = UntilStopped(question, limits_);
  ASSIGN_OR_RETURN(History history,
                   ReadHistory(database_, log_, hours_,
                               {question.from, question.until, limits_.visits_max, go_on}));
  RETURN_IF_ERROR(CheckChanges(changes, history));
  Runs runs;
  runs.actual = ActualOf(history);
  ASSIGN_OR_RETURN(runs.baseline, Replay(history, go_on));
  Simulated out;
  out.accept_delay = history.accept_delay;
  for (const Visit& visit : history.visits) out.work_guessed += visit.is_work_guessed ? 1 : 0;
  for (auto& [id, one] : MeasureAgents(history, runs.actual)) out.agents[id].actual = one;
  for (auto& [id, one] : MeasureAgents(history, runs.baseline)) out.agents[id].baseline = one;
  // The same history is changed, since there may be hundreds of megabytes of it.
  ASSIGN_OR_RETURN(history, Apply(changes, std::move(history)));
  ASSIGN_OR_RETURN(runs.changed, Replay(history, go_on));
  for (auto& [id, one] : MeasureAgents(history, runs.changed)) out.agents[id].changed = one;
  CompareQueues(history, runs, question.service_level, out);
  CompareVisits(history, runs, question.compared_max, out);
  return out;
}

}  // namespace muara::routing
