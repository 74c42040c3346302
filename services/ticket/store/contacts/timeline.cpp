#include "services/ticket/store/contacts/timeline.h"

#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket::store {
namespace {

ContactNote NoteFrom(const sql::Row& row) {
  return {row.Text(0), ContactId{row.Text(1)}, row.Text(2), row.Text(3), FromMicros(row.Int(4))};
}

size_t BytesOf(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

size_t BytesOf(const Interaction& one) {
  size_t bytes = one.content.subject.size() + one.content.text.size() + one.content.html.size() +
                 one.content.visible_text.size() + BytesOf(one.references) + BytesOf(one.evidence);
  for (const ContactPoint& point : one.points) {
    bytes += point.value.size() + point.display_name.size();
  }
  for (const Attachment& file : one.content.attachments) bytes += file.file_name.size();
  return bytes;
}

constexpr const char* kNotes = "SELECT id, contact_id, author, text, created_us FROM contact_note ";

}  // namespace

Result<TimelinePage> ListTimeline(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                  const std::optional<TimelineKey>& before, int limit,
                                  size_t bytes_max) {
  sql::Params params(limit + 1);
  const std::string ids = AddIds(params, contacts);
  std::string older = " AND i.copied_from = ''";
  if (before) {
    older += " AND (i.created_us, i.id) < (" + params.Add(before->created_us).last();
    older += ", " + params.Add(before->id).last() + ")";
  }
  const std::string columns =
      "SELECT i.id AS id, i.created_us AS created_us, t.reference AS reference, "
      "t.subject AS subject FROM ";
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run(columns + "ticket t JOIN interaction i ON i.ticket_id = t.id WHERE t.contact_id IN (" +
                 ids + ")" + older + " UNION " + columns +
                 "interaction i JOIN ticket t ON t.id = i.ticket_id WHERE i.author_id IN (" + ids +
                 ")" + older + " ORDER BY created_us DESC, id DESC LIMIT $1",
             params));
  TimelinePage page;
  size_t bytes = 0;
  for (const sql::Row& row : rows) {
    page.goes_on = page.entries.size() == static_cast<size_t>(limit);
    if (page.goes_on) break;
    ASSIGN_OR_RETURN(Interaction one, LoadInteraction(tx, {row.Text(0)}));
    bytes += BytesOf(one);
    page.goes_on = !page.entries.empty() && bytes > bytes_max;
    if (page.goes_on) break;
    page.entries.push_back({std::move(one), row.Text(2), row.Text(3)});
  }
  return page;
}

muara::Status InsertContactNote(sql::Tx& tx, const ContactNote& note) {
  return tx.Post(
      "INSERT INTO contact_note (id, contact_id, author, text, created_us) "
      "VALUES ($1, $2, $3, $4, $5)",
      note.id, note.contact_id.value, note.author, note.text, ToMicros(note.create_time));
}

Result<ContactNote> LoadContactNote(sql::Tx& tx, const ContactId& contact, const std::string& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string(kNotes) + "WHERE id = $1 AND contact_id = $2", id, contact.value));
  if (!rows.empty()) return NoteFrom(rows[0]);
  return MakeError(Code::kNotFound, "CONTACT_NOTE_NOT_FOUND", "the contact has no such note");
}

muara::Status DeleteContactNote(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM contact_note WHERE id = $1", id);
}

Result<std::vector<ContactNote>> ListContactNotes(sql::Tx& tx,
                                                  const std::vector<ContactId>& contacts,
                                                  const std::optional<TimelineKey>& before,
                                                  int limit) {
  sql::Params params(limit);
  std::string where = "WHERE contact_id IN (" + AddIds(params, contacts) + ")";
  if (before) {
    where += " AND (created_us, id) < (" + params.Add(before->created_us).last();
    where += ", " + params.Add(before->id).last() + ")";
  }
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(kNotes + where + " ORDER BY created_us DESC, id DESC LIMIT $1", params));
  std::vector<ContactNote> notes;
  for (const sql::Row& row : rows) notes.push_back(NoteFrom(row));
  return notes;
}

Result<int> CountContactNotes(sql::Tx& tx, const ContactId& contact) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COUNT(*) FROM contact_note WHERE contact_id = $1", contact.value));
  return static_cast<int>(rows[0].Int(0));
}

}  // namespace muara::ticket::store
