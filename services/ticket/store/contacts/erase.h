// Empties rows of words, in the caller's transaction; each function works on one contact or ticket.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket::store {

// What was emptied, by kind, and where originals may still be.
struct Emptied {
  std::map<std::string, int64_t> counts;
  std::vector<std::string> kept;
  int64_t next_sequence = 0;  // of the interactions, to go on with; 0: there are no more
};

// Its points, claims and notes go, so that nothing finds it any more. The contact is locked.
Result<Emptied> DropAllOf(sql::Tx& tx, const ContactId& id);

// Which of what happened on a ticket goes.
enum class ErasedMessages {
  kOfTheirTicket,  // what they wrote, what answers them, notes, and what machines wrote back
  kWrittenByThem,
};
// On the ticket, which is locked, what these contacts wrote, copies of what was erased elsewhere,
// and the rest of what the choice says; with the provider's ids that lead to it. From this sequence
// on, so many at most.
struct SomeInteractions {
  int64_t from = 1;
  int limit = 500;
};
Result<Emptied> EmptyInteractions(sql::Tx& tx, const Ticket& ticket,
                                  const std::vector<ContactId>& contacts, ErasedMessages which,
                                  const SomeInteractions& some, Time now);
Result<bool> IsErased(sql::Tx& tx, const InteractionId& id);
// The ticket's own words as they now are, and nothing else of it: its version stays, for nobody
// has changed what it is.
muara::Status SaveWords(sql::Tx& tx, const Ticket& ticket);

// Where the channels may still have something of an erased contact, as it was noted: in order,
// after this one.
Result<std::vector<std::string>> ListKept(sql::Tx& tx, const ContactId& id,
                                          const std::string& after, size_t limit);

}  // namespace muara::ticket::store
