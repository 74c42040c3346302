// A ticket goes on in another one, and for a day it can be taken out again. What happened on it
// stays on it; what its contact still writes goes to the other. Thread-safe.
#pragma once

#include "services/ticket/app/tickets.h"

namespace muara::ticket {

class Merges {
 public:
  Merges(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // The ticket of the change into the other; answers with the merged one. MERGE_INTO_SELF,
  // MERGE_CYCLE, MERGE_TARGET_NOT_OPEN, TOO_MANY_LINKS.
  Result<Ticket> Merge(const Change& change, const TicketId& into);
  // Back to what it was. UNMERGE_WINDOW_OVER.
  Result<Ticket> Unmerge(const Change& change);

 private:
  Result<Ticket> LoadTarget(sql::Tx& tx, const Ticket& source, const TicketId& into);
  muara::Status NoteIn(sql::Tx& tx, const Change& change, Ticket target, const std::string& text,
                       Time now);
  Result<Ticket> MergeIn(sql::Tx& tx, const Change& change, Ticket source, const TicketId& into,
                         Time now);
  Result<Ticket> UnmergeIn(sql::Tx& tx, const Change& change, Ticket source, Time now);
  Result<Ticket> Apply(const Change& change,
                       const std::function<Result<Ticket>(sql::Tx&, Ticket, Time)>& act);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
};

}  // namespace muara::ticket
