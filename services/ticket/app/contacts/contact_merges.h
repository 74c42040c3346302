// Two contacts that are one person: one goes on in the other, and can be taken out again at any
// time, for each keeps what it has. Thread-safe.
#pragma once

#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/store/contacts/groups.h"

namespace muara::ticket {

// Who asks for the merge.
enum class MergeRights {
  kProven,  // where a channel or our customer vouches for both
  kAny,     // also where nobody does: a supervisor's
};

class ContactMerges {
 public:
  ContactMerges(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // The contact of the change into the other; answers with the merged one. CONTACT_MERGE_INTO_SELF,
  // CONTACT_ALREADY_MERGED, CONTACT_MERGE_CYCLE, CONTACT_TARGET_MERGED, CONTACT_UNPROVEN,
  // CONTACT_ERASED, TOO_MANY_MERGED.
  Result<Contact> Merge(const ContactChange& change, const ContactId& into, MergeRights rights);
  // Back to what it was, with all that had been merged into it. CONTACT_NOT_MERGED.
  Result<Contact> Unmerge(const ContactChange& change);

  struct Candidate {
    Contact contact;
    std::string reason;
    std::string value;
  };
  // Who may be the same person; at most 50.
  Result<std::vector<Candidate>> Candidates(const ContactId& id);

 private:
  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
};

}  // namespace muara::ticket
