#include "services/ticket/app/contacts/contacts.h"

#include "libs/bus/claim.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {

Result<Contact> Contacts::Get(const ContactId& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadContact(tx, id); });
}

Result<std::vector<Contact>> Contacts::List(const std::string& point, int limit,
                                            const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListContacts(tx, point, limit, after); });
}

Result<Contact> Contacts::Rename(const ContactId& id, const OperationKey& key, int expected_version,
                                 const std::string& display_name, const std::string& actor) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Contact> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, id));
    if (!first) return contact;
    if (expected_version != 0 && expected_version != contact.version) {
      return MakeError(Code::kAborted, "STALE_VERSION", "the contact has changed: read it again");
    }
    contact.display_name = display_name;
    RETURN_IF_ERROR(store::SaveContact(tx, contact));
    RETURN_IF_ERROR(index_.FollowContact(tx, id, now));
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactChanged(contact, {actor, "RENAMED", ""}), now));
    return contact;
  });
}

}  // namespace muara::ticket
