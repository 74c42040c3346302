// Points that people give, take and vouch for. What somebody merely says is kept as a claim, by
// which no contact is ever found. Thread-safe.
#pragma once

#include "services/ticket/app/contacts/contacts.h"

namespace muara::ticket {

class ContactPoints {
 public:
  ContactPoints(sql::Database& database, const Journal& journal, SearchIndex& index,
                Contacts& contacts, const Clock& clock)
      : database_(database), journal_(journal), index_(index), contacts_(contacts), clock_(clock) {}

  // CLAIMED or CUSTOMER_VERIFIED. POINT_TAKEN names the contact that it finds; POINT_THERE,
  // TOO_MANY_POINTS. A verified address may bring a contact without account into one.
  Result<Contact> Add(const ContactChange& change, const ContactPoint& point);
  // POINT_NOT_FOUND.
  Result<Contact> Remove(const ContactChange& change, const ContactPoint& point);
  // Vouches for it, or takes that back: then it is what its channel said, or a claim. POINT_TAKEN,
  // POINT_NOT_FOUND.
  Result<Contact> SetAssurance(const ContactChange& change, const ContactPoint& point);

 private:
  using Act = std::function<muara::Status(sql::Tx&, const Contact&)>;
  Result<Contact> Apply(const ContactChange& change, const char* reason, const Act& act);

  sql::Database& database_;
  const Journal& journal_;
  SearchIndex& index_;
  Contacts& contacts_;
  const Clock& clock_;
};

}  // namespace muara::ticket
