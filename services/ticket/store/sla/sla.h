// Ledgers and clocks in the caller's transaction, which has locked their ticket before it changes
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/sla/clock.h"

namespace muara::ticket::store {

// Steps of the component "sla".
muara::Status MigrateSla(sql::Database& database);

// A ticket's ledger, and by what its clocks were settled last.
struct Kept {
  Ledger ledger;
  int64_t book = 0;    // the version of policies and calendars
  std::string choice;  // the policy, rule and priority; empty: none
};
Result<std::optional<Kept>> LoadLedger(sql::Tx& tx, const TicketId& id);
muara::Status SaveLedger(sql::Tx& tx, const TicketId& id, const Kept& kept);

// The clocks that go, and those that may go on after reopening.
Result<std::vector<SlaClock>> LoadClocks(sql::Tx& tx, const TicketId& id);
// All, those that go first, then the newest.
Result<std::vector<SlaClock>> ListClocks(sql::Tx& tx, const TicketId& id, int limit);
muara::Status SaveClock(sql::Tx& tx, const TicketId& id, const SlaClock& clock);

// When something is to be told next, of any clock.
Result<std::optional<Time>> NextOfAll(sql::Tx& tx);
struct DueClock {
  TicketId ticket_id;
  SlaClock clock;
};
// Locks the tickets of the clocks that have something to tell by `now`, and answers with these
// clocks. Tickets that another transaction holds are left out: they come again.
Result<std::vector<DueClock>> LockDue(sql::Tx& tx, Time now, int limit);

// Open tickets that were settled by an older book, in the order of their ids.
Result<std::vector<TicketId>> ListBehind(sql::Tx& tx, int64_t book, int limit);
// Open tickets after this one, in the order of their ids.
Result<std::vector<TicketId>> ListOpen(sql::Tx& tx, const TicketId& after, int limit);
struct Progress {
  int64_t tickets = 0;
  int64_t waiting = 0;
};
Result<Progress> LoadProgress(sql::Tx& tx, int64_t book);

}  // namespace muara::ticket::store
