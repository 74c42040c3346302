// Tickets that are opened again and again: declared by people, opened at their time, each once,
// never early, by whichever replica looks first. What came due while all were away is made up for
// by one ticket, not by as many as were missed. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/wake.h"
#include "services/ticket/app/aside.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/store/recurring/recurring_tickets.h"

namespace muara::ticket {

class RecurringTickets {
 public:
  RecurringTickets(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // RECURRING_TICKET_NOT_FOUND.
  Result<RecurringTicket> Get(const std::string& id);
  Result<std::vector<RecurringTicket>> List(int limit, const std::string& after);
  // CONTACT_NOT_FOUND, CONTACT_ERASED, TOO_MANY_RECURRING_TICKETS (1000).
  Result<RecurringTicket> Put(const Edit& edit, RecurringTicket one);
  muara::Status Delete(const Edit& edit, const std::string& id);

  // Opens what is due; how many. One that cannot be opened is tried again later and later.
  Result<int> FireDue();
  Result<std::optional<Time>> NextDue();
  // Until the time, or until a sooner one is declared here.
  void WaitFor(std::chrono::milliseconds limit) { wake_.WaitFor(limit); }
  void Wake() { wake_.Notify(); }

 private:
  // Those who stepped aside are no part of the limit.
  Result<std::vector<Due<std::string>>> ListDue(Time until, int limit);
  Result<int> FireIn(sql::Tx& tx, const std::string& id, Time now);
  // Its `last_ticket`.
  muara::Status OpenIn(sql::Tx& tx, const RecurringTicket& one, const Contact& contact, Time now);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
  bus::Wake wake_;
  Aside failing_{"a recurring ticket steps aside"};
};

}  // namespace muara::ticket
