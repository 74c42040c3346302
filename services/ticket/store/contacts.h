// Contacts and their points in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contact.h"

namespace muara::ticket::store {

// The contact behind a point, made if it is new; its row is locked, so that what one contact sends
// at once is taken one after the other.
Result<Contact> FindOrMakeContact(sql::Tx& tx, const ContactPoint& point, Time now);

// NOT_FOUND with CONTACT_NOT_FOUND.
Result<Contact> LoadContact(sql::Tx& tx, const ContactId& id);
Result<Contact> LoadContactForChange(sql::Tx& tx, const ContactId& id);
muara::Status SaveContact(sql::Tx& tx, Contact& contact);

// By id; `point` empty: all. After this id.
Result<std::vector<Contact>> ListContacts(sql::Tx& tx, const std::string& point, int limit,
                                          const std::string& after);

}  // namespace muara::ticket::store
