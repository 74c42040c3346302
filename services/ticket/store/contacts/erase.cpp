#include "services/ticket/store/contacts/erase.h"

#include "services/ticket/store/attachments/attachments.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/lists.h"
#include "services/ticket/store/settings/custom_fields.h"

namespace muara::ticket::store {
namespace {

std::string KeptConversation(const sql::Row& row) {
  return "conversation:" + row.Text(3) + "/" + row.Text(4);
}

// What the channels' own stores may still have of an interaction.
void NoteKept(const sql::Row& row, const TicketId& ticket, Emptied& emptied) {
  if (!row.Text(1).empty()) emptied.kept.push_back("raw:" + row.Text(1));
  if (const auto count = SplitAttachments(row.Text(2)).size(); count > 0) {
    emptied.counts["attachments"] += static_cast<int64_t>(count);
  }
  const bool chat = row.Int(5) == static_cast<int64_t>(Channel::kChat);
  if (chat && row.Text(4) != ticket.value) emptied.kept.push_back(KeptConversation(row));
}

// How many of the provider's ids led to it.
Result<int64_t> EmptyOne(sql::Tx& tx, const sql::Row& row, const TicketId& ticket, Time now) {
  std::vector<Attachment> attachments = SplitAttachments(row.Text(2));
  for (Attachment& one : attachments) one.file_name.clear();
  RETURN_IF_ERROR(tx.Post(
      "UPDATE interaction SET author_name = CASE WHEN direction = 1 THEN '' ELSE author_name END, "
      "conversation = ticket_id, subject = '', text = '', html = '', visible_text = '', "
      "points = '', provider_message_id = '', in_reply_to = '', reference_ids = '', "
      "evidence = '', raw_reference = '', attachments = $2, erased_us = $3 WHERE id = $1",
      row.Text(0), JoinAttachments(attachments), ToMicros(now)));
  RETURN_IF_ERROR(DropAttachments(tx, ticket, InteractionId{row.Text(0)}, now));
  return tx.Execute("DELETE FROM message_ref WHERE interaction_id = $1", row.Text(0));
}

}  // namespace

Result<Emptied> DropAllOf(sql::Tx& tx, const ContactId& id) {
  Emptied emptied;
  const std::pair<const char*, const char*> tables[] = {
      {"points", "DELETE FROM contact_point WHERE contact_id = $1"},
      {"claims", "DELETE FROM contact_claim WHERE contact_id = $1"},
      {"notes", "DELETE FROM contact_note WHERE contact_id = $1"}};
  for (const auto& [kind, drop] : tables) {
    ASSIGN_OR_RETURN(emptied.counts[kind], tx.Execute(drop, id.value));
  }
  emptied.counts["contacts"] = 1;
  return emptied;
}

Result<Emptied> EmptyInteractions(sql::Tx& tx, const Ticket& ticket,
                                  const std::vector<ContactId>& contacts, ErasedMessages which,
                                  const SomeInteractions& some, Time now) {
  sql::Params params(ticket.id.value, some.from, int64_t{some.limit});
  std::string chosen = "author_id IN (" + AddIds(params, contacts) +
                       ") OR (copied_from <> '' AND EXISTS (SELECT 1 FROM interaction o WHERE "
                       "o.id = interaction.copied_from AND o.erased_us IS NOT NULL))";
  // Bounces and other machines quote what they answer.
  if (which == ErasedMessages::kOfTheirTicket) chosen += " OR direction <> 1 OR origin <> 1";
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT id, raw_reference, attachments, endpoint, conversation, channel, "
                          "sequence FROM interaction WHERE ticket_id = $1 AND sequence >= $2 AND "
                          "erased_us IS NULL AND (" +
                              chosen + ") ORDER BY sequence LIMIT $3",
                          params));
  Emptied emptied;
  for (const sql::Row& row : rows) {
    NoteKept(row, ticket.id, emptied);
    ASSIGN_OR_RETURN(const int64_t refs, EmptyOne(tx, row, ticket.id, now));
    emptied.counts["message_refs"] += refs;
  }
  emptied.counts["interactions"] = static_cast<int64_t>(rows.size());
  if (static_cast<int>(rows.size()) == some.limit) {
    emptied.next_sequence = rows[rows.size() - 1].Int(6) + 1;
  }
  return emptied;
}

Result<bool> IsErased(sql::Tx& tx, const InteractionId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT 1 FROM interaction WHERE id = $1 AND erased_us IS NOT NULL", id.value));
  return !rows.empty();
}

muara::Status SaveWords(sql::Tx& tx, const Ticket& ticket) {
  RETURN_IF_ERROR(
      tx.Post("UPDATE ticket SET subject = $2, contact_name = $3, flag_note = $4, "
              "conversation = $5, fields = $6 WHERE id = $1",
              ticket.id.value, ticket.subject, ticket.contact_name, ticket.flag_note,
              ticket.conversation, JoinFields(ticket.fields)));
  return IndexFields(tx, ticket.id, ticket.fields);
}

Result<std::vector<std::string>> ListKept(sql::Tx& tx, const ContactId& id,
                                          const std::string& after, size_t limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT reference FROM erasure_kept WHERE contact_id = $1 AND "
                            "reference > $2 ORDER BY reference LIMIT $3",
                            id.value, after, static_cast<int64_t>(limit)));
  std::vector<std::string> references;
  for (const sql::Row& row : rows) references.push_back(row.Text(0));
  return references;
}

}  // namespace muara::ticket::store
