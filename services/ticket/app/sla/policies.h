// What can be asked and done about business calendars and policies. Each change turns the page of
// the book, by which tickets know that they are to be settled again. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/sql/database.h"
#include "services/ticket/app/sla/shelf.h"
#include "services/ticket/domain/sla/clock.h"

namespace muara::ticket {

// Which fields an update sets.
struct CalendarUpdate {
  std::optional<std::string> display_name;
  std::optional<std::string> time_zone;
  std::optional<std::array<std::vector<Hours>, 7>> week;
  std::optional<std::vector<Holiday>> holidays;
};
struct PolicyUpdate {
  std::optional<std::string> display_name;
  std::optional<int> position;
  std::optional<std::vector<SlaRule>> rules;
  std::optional<std::vector<SlaTarget>> targets;
};

// What is asked for, once, based on which version, by whom.
struct SlaChange {
  std::string id;
  OperationKey key;
  int expected_version = 0;  // 0: any
  std::string actor;
};

struct Preview {
  struct Change {
    TicketId ticket_id;
    TargetKind kind = TargetKind::kFirstReply;
    std::optional<Time> old_due;
    std::optional<Time> new_due;
    bool breaches = false;
  };
  int tickets = 0;
  bool incomplete = false;
  int changed = 0;
  int breached = 0;
  std::vector<Change> changes;
};

class SlaPolicies {
 public:
  // Tries for so long; the gateway waits 10 s for an answer.
  SlaPolicies(sql::Database& database, const bus::EventLog& log, const Clock& clock,
              Duration trying_max = std::chrono::seconds(5))
      : database_(database), log_(log), clock_(clock), trying_max_(trying_max) {}

  Result<Calendar> CreateCalendar(const SlaChange& change, Calendar calendar);
  Result<Calendar> GetCalendar(const std::string& id);
  Result<std::vector<Calendar>> ListCalendars(int limit, const std::string& after);
  Result<Calendar> UpdateCalendar(const SlaChange& change, const CalendarUpdate& update);
  // CALENDAR_IN_USE where a policy or a queue counts by it. A retry answers with the id alone.
  Result<Calendar> DeleteCalendar(const SlaChange& change);

  Result<SlaPolicy> CreatePolicy(const SlaChange& change, SlaPolicy policy);
  Result<SlaPolicy> GetPolicy(const std::string& id);
  Result<std::vector<SlaPolicy>> ListPolicies(int limit, const std::string& after);
  Result<SlaPolicy> UpdatePolicy(const SlaChange& change, const PolicyUpdate& update);
  // POLICY_IN_USE where it is an account's contract.
  Result<SlaPolicy> DeletePolicy(const SlaChange& change);

  // What would come of a policy; tells `changes_max` changes in full. Looks at 20,000 tickets, or
  // as many as there is time for.
  Result<Preview> Try(const SlaPolicy& policy, int changes_max);

 private:
  muara::Status CheckPolicy(sql::Tx& tx, const SlaPolicy& policy, Time now);
  muara::Status CheckCalendar(sql::Tx& tx, const Calendar& calendar, Time now);
  Result<TicketId> TryPage(const SlaPolicy& policy, int changes_max, const TicketId& after,
                           Time now, Preview& preview);

  sql::Database& database_;
  const bus::EventLog& log_;
  const Clock& clock_;
  const Duration trying_max_;
  SlaShelf shelf_;
};

}  // namespace muara::ticket
