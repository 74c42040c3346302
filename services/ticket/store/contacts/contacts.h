// Contacts and their points in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::store {

// Steps of the component "contacts".
muara::Status MigrateContacts(sql::Database& database);

// The contact behind a point, or the one that it goes on in; made if it is new. Its row is locked,
// so that what one contact sends at once is taken one after the other. A new one joins the account
// that its verified address is of.
struct Sender {
  Contact contact;
  bool known = true;  // before this message
};
Result<Sender> FindOrMakeContact(sql::Tx& tx, const ContactPoint& point, Time now);
// Without its points.
muara::Status InsertContact(sql::Tx& tx, const Contact& contact);

// Keeps what a contact says of itself beside its points, kClaimsMax in all. Several may claim the
// same, and none is ever found by it: or anyone could take over another's tickets by a word.
muara::Status NoteClaims(sql::Tx& tx, const Contact& contact,
                         const std::vector<ContactPoint>& claims);

// NOT_FOUND with CONTACT_NOT_FOUND.
Result<Contact> LoadContact(sql::Tx& tx, const ContactId& id);
Result<Contact> LoadContactForChange(sql::Tx& tx, const ContactId& id);
// All but its points, with a version of one more.
muara::Status SaveContact(sql::Tx& tx, Contact& contact);

// By id, after this one; `point` empty: all, merged ones too; else where those go on that have or
// claim it.
Result<std::vector<Contact>> ListContacts(sql::Tx& tx, const std::string& point, int limit,
                                          const std::string& after);

}  // namespace muara::ticket::store
