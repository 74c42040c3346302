// What is asked to be erased, how far it is, and what it proves, in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/erasure.h"

namespace muara::ticket::store {

muara::Status MigrateErasures(sql::Database& database);

// None: nobody asked for it.
Result<std::optional<Erasure>> FindErasure(sql::Tx& tx, const ContactId& id);
// To be gathered: what there is to do.
muara::Status InsertErasure(sql::Tx& tx, const Erasure& erasure);

// Numbers as in the store.
enum class ErasurePhase {
  kEmptying = 0,   // rows and facts
  kTold = 1,       // waits for the search index to be swept
  kSweeping = 2,   // waits for the end of that, with all others that waited
  kSwept = 3,      // nothing is left but to prove it
  kGathering = 4,  // the first one: what there is to do is written down
};
struct RunningErasure {
  Erasure erasure;
  ErasurePhase phase = ErasurePhase::kEmptying;
  std::string told;  // where telling of it goes on
  // Where gathering goes on: in the so-manyth source, after this id.
  int source = 0;
  std::string gathered;
};
// The oldest that nobody else works on; locked. Those that still have words go first, and one
// sweep serves all that wait for it.
Result<std::optional<RunningErasure>> LockRunning(sql::Tx& tx);
// All that are in the one phase go on to the next. SQLite alone, where nobody else holds their
// rows.
muara::Status MoveAll(sql::Tx& tx, ErasurePhase from, ErasurePhase to);
// How long sweeping took, and when it may begin again.
struct SweepPace {
  Duration spent{0};
  Time due;
};
Result<SweepPace> LoadSweepPace(sql::Tx& tx);
muara::Status SaveSweepPace(sql::Tx& tx, const SweepPace& pace);
// The next things to do, so many at most: their tickets, others' tickets that they wrote on, and
// recurring tickets. False: there are no more.
Result<bool> GatherSome(sql::Tx& tx, const RunningErasure& running, int limit);
muara::Status SetPhase(sql::Tx& tx, const ContactId& id, ErasurePhase phase);
muara::Status SetTold(sql::Tx& tx, const ContactId& id, const std::string& told);
// Once.
muara::Status SetDone(sql::Tx& tx, const Erasure& erasure);

// Numbers as in the store.
enum class ErasureItemKind {
  kTicket = 1,     // theirs
  kMessages = 2,   // another's ticket: only what they wrote there, and copies of it
  kContact = 3,    // no rows are left to do, only facts
  kRecurring = 4,  // likewise, of a recurring ticket: by its fact's key
};
struct ErasureItem {
  std::string id;  // of the ticket or contact
  ErasureItemKind kind = ErasureItemKind::kTicket;
  int64_t next_fact = 0;  // 0: its rows are still to do
  int64_t next_row = 0;   // the interaction's sequence to go on with
};
Result<std::optional<ErasureItem>> NextItem(sql::Tx& tx, const ContactId& id);
// The fact to go on with; -1: it is done.
muara::Status SetNextFact(sql::Tx& tx, const ContactId& id, const std::string& item,
                          int64_t next_fact);
// Of this sequence and later ones.
muara::Status SetNextRow(sql::Tx& tx, const ContactId& id, const std::string& item,
                         int64_t next_row);
// Copies of what was erased on this ticket are to be erased where they are.
muara::Status AddCopiesOf(sql::Tx& tx, const ContactId& id, const TicketId& ticket);
Result<bool> IsTheirs(sql::Tx& tx, const ContactId& id, const TicketId& ticket);
Result<int64_t> CountOthersTickets(sql::Tx& tx, const ContactId& id);
// Theirs, by id, after this one.
Result<std::vector<TicketId>> ListErasedTickets(sql::Tx& tx, const ContactId& id,
                                                const TicketId& after, size_t limit);

muara::Status AddCount(sql::Tx& tx, const ContactId& id, const std::string& kind, int64_t number);
muara::Status AddKept(sql::Tx& tx, const ContactId& id, const std::vector<std::string>& references);

}  // namespace muara::ticket::store
