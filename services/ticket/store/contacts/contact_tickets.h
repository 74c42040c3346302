// The tickets of a contact, in the caller's transaction, which has locked the contact.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::store {

// Those that are not CLOSED and have another account than their contact, by id.
Result<std::vector<TicketId>> ListOfOtherAccounts(sql::Tx& tx, const Contact& contact, int limit);

// That its tickets are to take its account, which may take longer than whoever asked for it waits.
struct FollowAsked {
  ContactId contact_id;
  std::string actor;
  std::string why;
};
muara::Status AskToFollow(sql::Tx& tx, const FollowAsked& asked);
// None: all that were asked for are done.
Result<std::optional<FollowAsked>> FindFollow(sql::Tx& tx, const ContactId& contact);
Result<std::vector<ContactId>> ListAskedToFollow(sql::Tx& tx, int limit);
muara::Status EndFollow(sql::Tx& tx, const ContactId& contact);

// That something has changed that policies ask for: the clocks of its open tickets are to be
// settled again, from the first one on.
muara::Status AskToSettle(sql::Tx& tx, const ContactId& contact);
Result<bool> IsAskedToSettle(sql::Tx& tx, const ContactId& contact);
Result<std::vector<ContactId>> ListAskedToSettle(sql::Tx& tx, int limit);
// The next of them, if that was asked for; answers how many: fewer than the limit are the last.
// Locks them, so that whoever settles one now has done so before.
Result<int> SettleSome(sql::Tx& tx, const ContactId& contact, int limit);

}  // namespace muara::ticket::store
