// What would have been: a stretch of the past replayed as it was and with changes, measured and
// compared. Thread-safe; one at a time.
#pragma once

#include <mutex>

#include "libs/bus/event_log.h"
#include "services/routing/app/opening_hours.h"
#include "services/routing/domain/replay/measures.h"
#include "services/routing/domain/replay/replay.h"
#include "services/routing/domain/replay/what_if.h"

namespace muara::routing {

constexpr Duration kSimulatedMax = std::chrono::hours(31 * 24);
constexpr int kServiceLevelSecondsMax = 30 * 24 * 3600;
constexpr size_t kComparedMax = 1000;

struct SimulationLimits {
  size_t visits_max = 200'000;
  Duration time_max = std::chrono::seconds(60);
};

struct Question {
  Time from;
  Time until;
  Duration service_level = std::chrono::seconds(20);
  size_t compared_max = 100;  // of items
  Changes changes;
  Duration time_max = std::chrono::seconds(60);  // the shorter of this and the limit
  std::function<bool()> is_cancelled;            // may be empty
};

struct Compared {
  Measures actual;
  Measures baseline;
  Measures changed;
};
struct ComparedAgent {
  AgentMeasures actual;
  AgentMeasures baseline;
  AgentMeasures changed;
};
struct ComparedVisit {
  std::string item_id;
  std::string queue_id;
  Time since;
  bool is_work_guessed = false;
  WaitEnd actual;
  WaitEnd baseline;
  WaitEnd changed;
};

struct Simulated {
  Compared all;
  std::map<std::string, Compared> queues;
  std::map<std::string, ComparedAgent> agents;
  std::vector<ComparedVisit> visits;  // whose agent or wait changed, the most changed first
  int visits_changed = 0;             // of all
  int work_guessed = 0;               // visits whose work was not seen to end
  Duration accept_delay = Duration(0);
};

class Simulations {
 public:
  Simulations(sql::Database& database, const bus::EventLog& log, const Clock& clock,
              OpeningHours& hours, SimulationLimits limits = {})
      : database_(database), log_(log), clock_(clock), hours_(hours), limits_(limits) {}

  // SIMULATION_RUNS: another one does, come back later; TOO_MUCH_WORK, SIMULATION_TOO_LONG: ask for
  // less; CALLER_GONE; LOG_TRIMMED: the log begins later; CALENDAR_NOT_FOUND.
  Result<Simulated> Simulate(const Question& question);

 private:
  Status Check(const Question& question) const;
  // The calendars that queues are given, with the hours that they have now.
  Status FindHours(Changes& changes);

  sql::Database& database_;
  const bus::EventLog& log_;
  const Clock& clock_;
  OpeningHours& hours_;
  const SimulationLimits limits_;
  std::mutex runs_;
};

}  // namespace muara::routing
