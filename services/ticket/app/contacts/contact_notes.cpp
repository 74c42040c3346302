#include "services/ticket/app/contacts/contact_notes.h"

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {

namespace {

// Of one page: an answer must arrive, whatever was written to us.
constexpr size_t kPageBytesMax = 16 * 1024 * 1024;

}  // namespace

Result<store::TimelinePage> ContactNotes::Timeline(const ContactId& id,
                                                   const std::optional<store::TimelineKey>& before,
                                                   int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<store::TimelinePage> {
    RETURN_IF_ERROR(store::LoadContact(tx, id));
    ASSIGN_OR_RETURN(const auto group, store::GroupOf(tx, id));
    return store::ListTimeline(tx, group, before, limit, kPageBytesMax);
  });
}

Result<ContactNote> ContactNotes::Add(const ContactChange& change, const std::string& text) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<ContactNote> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(const Contact contact, store::LoadContactForChange(tx, change.id));
    RETURN_IF_ERROR(CheckNotErased(contact));
    // Made of the key, so that a retry finds what the first try wrote.
    const ContactNote note{NamedUuid(change.key.key), change.id, change.actor, text, now};
    if (!first) return store::LoadContactNote(tx, change.id, note.id);
    ASSIGN_OR_RETURN(const int count, store::CountContactNotes(tx, change.id));
    if (count >= kContactNotesMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_NOTES",
                       "there are 500 notes on the contact");
    }
    RETURN_IF_ERROR(store::InsertContactNote(tx, note));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::ContactNoteAdded(note, {change.actor, "AGENT", ""}), now));
    return note;
  });
}

Result<std::vector<ContactNote>> ContactNotes::List(const ContactId& id,
                                                    const std::optional<store::TimelineKey>& before,
                                                    int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<ContactNote>> {
    RETURN_IF_ERROR(store::LoadContact(tx, id));
    ASSIGN_OR_RETURN(const auto group, store::GroupOf(tx, id));
    return store::ListContactNotes(tx, group, before, limit);
  });
}

Result<ContactNote> ContactNotes::Delete(const ContactChange& change, const std::string& id,
                                         NoteRights rights) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<ContactNote> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return ContactNote{id, change.id, "", "", now};
    RETURN_IF_ERROR(store::LoadContactForChange(tx, change.id));
    ASSIGN_OR_RETURN(const ContactNote note, store::LoadContactNote(tx, change.id, id));
    if (note.author != change.actor && rights == NoteRights::kOwn) {
      return MakeError(Code::kPermissionDenied, "NOT_YOUR_NOTE",
                       "only its author and supervisors may delete a note");
    }
    RETURN_IF_ERROR(CheckVersion(note.version, change.expected_version));
    RETURN_IF_ERROR(store::DeleteContactNote(tx, id));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::ContactNoteDeleted(note, {change.actor, "AGENT", ""}), now));
    return note;
  });
}

}  // namespace muara::ticket
