// One view of everything that happened with a contact, and what colleagues wrote about it.
// Thread-safe.
#pragma once

#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/store/contacts/timeline.h"

namespace muara::ticket {

// Whose notes one may delete.
enum class NoteRights { kOwn, kAll };

class ContactNotes {
 public:
  ContactNotes(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // Of the survivor with all that were merged into it, over all channels; at most 16 MiB at once.
  // CONTACT_NOT_FOUND.
  Result<store::TimelinePage> Timeline(const ContactId& id,
                                       const std::optional<store::TimelineKey>& before, int limit);

  // TOO_MANY_NOTES.
  Result<ContactNote> Add(const ContactChange& change, const std::string& text);
  // Of the survivor with all that were merged into it, newest first.
  Result<std::vector<ContactNote>> List(const ContactId& id,
                                        const std::optional<store::TimelineKey>& before, int limit);
  // The version expected is the note's. CONTACT_NOTE_NOT_FOUND; NOT_YOUR_NOTE. Answers with the
  // note as it was; a retry with its id.
  Result<ContactNote> Delete(const ContactChange& change, const std::string& id, NoteRights rights);

 private:
  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
};

}  // namespace muara::ticket
