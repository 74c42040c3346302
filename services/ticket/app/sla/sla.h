// Keeps the ledgers and clocks of tickets: within each change of a ticket, as time passes, and when
// policies or calendars change. Thread-safe; replicas share the work.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/app/journal.h"
#include "services/ticket/app/sla/alarm.h"
#include "services/ticket/app/sla/shelf.h"
#include "services/ticket/domain/sla/clock.h"
#include "services/ticket/store/sla/sla.h"

namespace muara::ticket {

// A clock with its proof.
struct Explained {
  struct Part {
    Interval interval;
    Duration working{0};
  };
  SlaClock clock;
  std::vector<Part> parts;
  Duration elapsed{0};
  bool calendar_changed = false;  // since it ended: the parts do not add up to `elapsed`
  std::string text;
};

class Sla final : public Follower {
 public:
  Sla(sql::Database& database, const bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // Whatever has come due by `now` is told first: a reply that comes too late is a breach even if
  // no timer saw it, and one that comes in time can never be told of. The entry's ticket is given
  // the due time that it then has, so that the change's own fact tells it.
  muara::Status Follow(sql::Tx& tx, const Entry& entry, Time now) override;

  // Tells what is due, each once, and answers how many clocks; at most 200 at once.
  Result<int> FireDue();
  // Of all clocks.
  Result<std::optional<Time>> NextDue();
  // Rung with every commit that brings something due.
  SlaAlarm& alarm() { return alarm_; }

  // Settles open tickets that stand by older policies or calendars; answers how many it looked at.
  // At most 100 at once. Nothing is lost by a restart: each ticket knows what it was settled by.
  // What is due at another time is told of each.
  Result<int> SettleBehind();
  Result<store::Progress> Progress();

  // TICKET_NOT_FOUND.
  Result<std::vector<Explained>> Explain(const TicketId& id);

 private:
  // `before` is the ticket's ledger, if it has one.
  muara::Status Record(sql::Tx& tx, const Entry& entry, const std::optional<store::Kept>& before,
                       Time now);
  muara::Status Tell(sql::Tx& tx, const Ticket& ticket, const SlaClock& clock, const Told& told,
                     Time now);
  muara::Status SettleClocks(sql::Tx& tx, Ticket& ticket, const Ledger& ledger, const SlaBook& book,
                             const SlaBook::Choice& choice, Moment moment,
                             std::vector<SlaClock> clocks, Time now);
  muara::Status SettleOne(sql::Tx& tx, const TicketId& id, int64_t book, Time now);
  void RingAfter(sql::Tx& tx, const std::vector<SlaClock>& clocks);

  sql::Database& database_;
  const bus::EventLog& log_;
  const Clock& clock_;
  SlaShelf shelf_;
  SlaAlarm alarm_;
};

}  // namespace muara::ticket
