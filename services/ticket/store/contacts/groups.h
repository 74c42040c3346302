// Contacts that were merged: each keeps what it has and points to the one that it goes on in. In
// the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::store {

// The one that a contact goes on in; itself where it was not merged, or is not there.
Result<ContactId> SurvivorOf(sql::Tx& tx, const ContactId& id);
// All that were merged into it, and into these; at most kGroupMax.
Result<std::vector<ContactId>> MergedInto(sql::Tx& tx, const ContactId& id);
// Its survivor, then all that were merged into that.
Result<std::vector<ContactId>> GroupOf(sql::Tx& tx, const ContactId& id);

// "$3, $4": the places of these ids.
std::string AddIds(sql::Params& params, const std::vector<ContactId>& ids);

// A contact that may be the same person, and why.
struct Likeness {
  ContactId id;
  std::string reason;  // SHARED_CLAIM, SAME_NAME_IN_ACCOUNT
  std::string value;   // the point or the name
};
// Of none of the contact's own group, by reason and id.
Result<std::vector<Likeness>> ListLikenesses(sql::Tx& tx, const Contact& contact, int limit);

}  // namespace muara::ticket::store
