// The points that find a contact, and what it merely claims, in the caller's transaction, which has
// locked the contact.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::store {

// Whom a point finds; empty: nobody.
Result<ContactId> OwnerOfPoint(sql::Tx& tx, const ContactPoint& point);
// The point as it is known, and whom it finds.
struct Owned {
  ContactId owner;
  ContactPoint point;
};
Result<std::optional<Owned>> FindPoint(sql::Tx& tx, PointKind kind, const std::string& value);
// Points of these contacts that are more than claimed.
Result<std::vector<ContactPoint>> ListVerified(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                               PointKind kind, int limit);
// False: somebody else has it since.
Result<bool> AddPoint(sql::Tx& tx, const ContactId& id, const ContactPoint& point);
muara::Status AddClaim(sql::Tx& tx, const ContactId& id, const ContactPoint& point);
muara::Status RemovePoint(sql::Tx& tx, const ContactId& id, const ContactPoint& point);
// Our customer vouches for it: from now on it finds the contact. False: somebody else has it since.
Result<bool> Vouch(sql::Tx& tx, const ContactId& id, const ContactPoint& point);
// It is what its channel said of it, or a claim where no channel has brought it.
muara::Status TakeBackAssurance(sql::Tx& tx, const ContactId& id, const ContactPoint& point);

}  // namespace muara::ticket::store
