// Chosen interactions of one ticket open another one; for a day that can be undone. They are
// copied: what happened on the first ticket stays on it. Thread-safe.
#pragma once

#include "services/ticket/app/links/merges.h"

namespace muara::ticket {

constexpr size_t kSplitInteractionsMax = 100;

struct SplitOff {
  std::vector<InteractionId> interactions;
  std::string subject;   // empty: as it was
  std::string queue_id;  // empty: as it was
};

class Splits {
 public:
  Splits(sql::Database& database, const Journal& journal, const Clock& clock, Merges& merges)
      : database_(database), journal_(journal), clock_(clock), merges_(merges) {}

  // Answers with the new ticket. It belongs to the contact who wrote the chosen messages, or to the
  // first ticket's where they are not one other's. INTERACTION_NOT_FOUND names which, WRONG_STATE,
  // TOO_MANY_LINKS.
  Result<Ticket> Split(const Change& change, const SplitOff& off);
  // The new ticket goes on in the one that it came from, as by a merge. NOT_SPLIT,
  // SPLIT_WINDOW_OVER.
  Result<Ticket> Undo(const Change& change);

 private:
  // What is split off, and whose that is; that contact's row is locked.
  struct Parts {
    std::vector<Interaction> chosen;
    Contact contact;
  };
  Result<Parts> TakeApart(sql::Tx& tx, const TicketId& id, const SplitOff& off);
  Result<std::vector<Interaction>> Choose(sql::Tx& tx, const Ticket& source, const SplitOff& off);
  Result<Ticket> MakeIn(sql::Tx& tx, const Change& change, const Ticket& source,
                        const SplitOff& off, const Parts& parts, Time now);
  muara::Status OpenIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                       std::vector<Interaction>& copies, Time now);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
  Merges& merges_;
};

}  // namespace muara::ticket
