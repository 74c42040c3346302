// What happened with a contact, and what colleagues wrote about it, in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact_note.h"
#include "services/ticket/domain/interaction.h"

namespace muara::ticket::store {

struct TimelineEntry {
  Interaction interaction;
  std::string ticket_reference;
  std::string ticket_subject;
};
struct TimelineKey {
  int64_t created_us = 0;
  std::string id;
};
struct TimelinePage {
  std::vector<TimelineEntry> entries;
  bool goes_on = false;
};
// On the tickets of these contacts and by these contacts elsewhere, newest first, older than the
// key. What was copied onto another ticket is there once. So many at most, and after the first so
// many bytes; what is too much is not held.
Result<TimelinePage> ListTimeline(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                  const std::optional<TimelineKey>& before, int limit,
                                  size_t bytes_max);

muara::Status InsertContactNote(sql::Tx& tx, const ContactNote& note);
// NOT_FOUND with CONTACT_NOTE_NOT_FOUND.
Result<ContactNote> LoadContactNote(sql::Tx& tx, const ContactId& contact, const std::string& id);
muara::Status DeleteContactNote(sql::Tx& tx, const std::string& id);
// Newest first, older than the key.
Result<std::vector<ContactNote>> ListContactNotes(sql::Tx& tx,
                                                  const std::vector<ContactId>& contacts,
                                                  const std::optional<TimelineKey>& before,
                                                  int limit);
Result<int> CountContactNotes(sql::Tx& tx, const ContactId& contact);

}  // namespace muara::ticket::store
