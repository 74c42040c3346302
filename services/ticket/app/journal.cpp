#include "services/ticket/app/journal.h"

#include "services/ticket/store/interactions.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {

muara::Status Journal::Open(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const {
  RETURN_IF_ERROR(store::Insert(tx, entry.ticket));
  return Finish(tx, {entry.ticket, entry.interaction, entry.raw_reference, true}, tell, now);
}

muara::Status Journal::Save(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const {
  RETURN_IF_ERROR(store::Save(tx, entry.ticket));
  return Finish(tx, entry, tell, now);
}

muara::Status Journal::Keep(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const {
  return Finish(tx, entry, tell, now);
}

muara::Status Journal::Note(sql::Tx& tx, const bus::Fact& fact, Time now) const {
  return log_.Append(tx, fact, now);
}

muara::Status Journal::Finish(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const {
  if (entry.interaction != nullptr) {
    RETURN_IF_ERROR(store::InsertInteraction(tx, *entry.interaction, entry.raw_reference));
  }
  for (Follower* follower : followers_) RETURN_IF_ERROR(follower->Follow(tx, entry, now));
  ASSIGN_OR_RETURN(const bus::Fact fact, tell(entry.ticket));
  return log_.Append(tx, fact, now);
}

}  // namespace muara::ticket
