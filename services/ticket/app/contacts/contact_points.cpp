#include "services/ticket/app/contacts/contact_points.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/domain/ticket.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/points.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

bool Has(const Contact& contact, const ContactPoint& point) {
  return std::any_of(contact.points.begin(), contact.points.end(), [&](const ContactPoint& one) {
    return one.kind == point.kind && one.value == point.value;
  });
}

Error Taken(const ContactId& owner) {
  Error error = MakeError(Code::kAlreadyExists, "POINT_TAKEN",
                          "it finds contact " + owner.value + ": merge them instead");
  error.metadata.emplace_back("contact_id", owner.value);
  return error;
}

// Somebody was faster.
muara::Status TakenSince(sql::Tx& tx, const ContactPoint& point) {
  ASSIGN_OR_RETURN(const ContactId owner, store::OwnerOfPoint(tx, point));
  return Taken(owner);
}

Error NotFound() {
  return MakeError(Code::kNotFound, "POINT_NOT_FOUND", "the contact has no such point");
}

}  // namespace

Result<Contact> ContactPoints::Apply(const ContactChange& change, const char* reason,
                                     const Act& act) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const Contact changed, database_.Transact([&](sql::Tx& tx) -> Result<Contact> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, change.id));
    if (!first) return contact;
    RETURN_IF_ERROR(CheckVersion(contact.version, change.expected_version));
    RETURN_IF_ERROR(CheckChangeable(contact));
    RETURN_IF_ERROR(act(tx, contact));
    ASSIGN_OR_RETURN(contact, store::LoadContact(tx, change.id));
    std::vector<std::string> fields = {"points"};
    for (const ContactPoint& point : contact.points) {
      if (!contact.account_id.empty()) break;
      ASSIGN_OR_RETURN(contact.account_id, store::JoinedBy(tx, point));
      if (!contact.account_id.empty()) fields.push_back("account_id");
    }
    if (fields.size() > 1) {
      RETURN_IF_ERROR(store::AskToFollow(tx, {contact.id, change.actor, change.why}));
    }
    RETURN_IF_ERROR(store::SaveContact(tx, contact));
    RETURN_IF_ERROR(index_.FollowContact(tx, contact.id, now));
    const wire::Cause cause{change.actor, reason, change.why};
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactChanged(contact, fields, cause), now));
    return contact;
  }));
  RETURN_IF_ERROR(contacts_.FollowTickets(change.id));
  return changed;
}

Result<Contact> ContactPoints::Add(const ContactChange& change, const ContactPoint& point) {
  return Apply(change, "POINT_ADDED", [&](sql::Tx& tx, const Contact& contact) -> muara::Status {
    if (Has(contact, point)) {
      return MakeError(Code::kAlreadyExists, "POINT_THERE", "the contact has this point already");
    }
    if (contact.points.size() >= kPointsMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_POINTS",
                       "a contact has at most 50 points");
    }
    ASSIGN_OR_RETURN(const ContactId owner, store::OwnerOfPoint(tx, point));
    if (!owner.empty()) return Taken(owner);
    if (point.assurance == Assurance::kClaimed) return store::AddClaim(tx, contact.id, point);
    ASSIGN_OR_RETURN(const bool added, store::AddPoint(tx, contact.id, point));
    return added ? Ok() : TakenSince(tx, point);
  });
}

Result<Contact> ContactPoints::Remove(const ContactChange& change, const ContactPoint& point) {
  return Apply(change, "POINT_REMOVED", [&](sql::Tx& tx, const Contact& contact) -> muara::Status {
    if (!Has(contact, point)) return NotFound();
    return store::RemovePoint(tx, contact.id, point);
  });
}

Result<Contact> ContactPoints::SetAssurance(const ContactChange& change,
                                            const ContactPoint& point) {
  return Apply(change, "POINT_ASSURANCE",
               [&](sql::Tx& tx, const Contact& contact) -> muara::Status {
                 if (!Has(contact, point)) return NotFound();
                 ASSIGN_OR_RETURN(const ContactId owner, store::OwnerOfPoint(tx, point));
                 if (!owner.empty() && owner != contact.id) return Taken(owner);
                 if (point.assurance == Assurance::kClaimed) {
                   return store::TakeBackAssurance(tx, contact.id, point);
                 }
                 ASSIGN_OR_RETURN(const bool vouched, store::Vouch(tx, contact.id, point));
                 return vouched ? Ok() : TakenSince(tx, point);
               });
}

}  // namespace muara::ticket
