#include "services/ticket/store/tickets.h"

#include <algorithm>
#include <map>

#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kColumns =
    "id, reference, status, subject, channel, endpoint, conversation, queue_id, priority, "
    "contact_id, contact_name, assignee_id, assignee_name, tags, flagged, follow_up_of, "
    "interaction_count, survey_id, survey_minimum, survey_maximum, created_us, updated_us, "
    "first_reply_us, resolved_us, closed_us, last_inbound_us, last_outbound_us, version, "
    "until_us, due_us, held_status, flag_note, type, disposition, escalation_level, status_name, "
    "fields, merged_into, merged_us, split_from, account_id, next_due_us, flag_reason";

sql::Value MaybeTime(const std::optional<Time>& time) {
  return time ? sql::Value(ToMicros(*time)) : sql::Value(sql::Null{});
}

std::optional<Time> MaybeTime(const sql::Row& row, size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return FromMicros(row.Int(column));
}

sql::Value MaybeStatus(const std::optional<Status>& status) {
  return status ? sql::Value(static_cast<int64_t>(*status)) : sql::Value(sql::Null{});
}

sql::Params Columns(const Ticket& t) {
  return sql::Params(
      t.id.value, t.reference, t.status, t.subject, t.channel, t.endpoint, t.conversation,
      t.queue_id, t.priority, t.contact_id.value, t.contact_name, t.assignee_id, t.assignee_name,
      JoinLines(t.tags), t.flagged, t.follow_up_of.value, t.interaction_count, t.survey.id,
      t.survey.minimum, t.survey.maximum, ToMicros(t.create_time), ToMicros(t.update_time),
      MaybeTime(t.first_reply_time), MaybeTime(t.resolve_time), MaybeTime(t.close_time),
      MaybeTime(t.last_inbound_time), MaybeTime(t.last_outbound_time), t.version,
      MaybeTime(t.until), MaybeTime(t.Due()), MaybeStatus(t.held_status), t.flag_note, t.type,
      t.disposition, t.escalation_level, t.status_name, JoinFields(t.fields), t.merged_into.value,
      MaybeTime(t.merge_time), t.split_from.value, t.account_id.value, MaybeTime(t.next_due),
      t.flag_reason);
}

Ticket FromRow(const sql::Row& row) {
  Ticket t;
  t.id.value = row.Text(0);
  t.reference = row.Text(1);
  t.status = static_cast<Status>(row.Int(2));
  t.subject = row.Text(3);
  t.channel = static_cast<Channel>(row.Int(4));
  t.endpoint = row.Text(5);
  t.conversation = row.Text(6);
  t.queue_id = row.Text(7);
  t.priority = static_cast<Priority>(row.Int(8));
  t.contact_id.value = row.Text(9);
  t.contact_name = row.Text(10);
  t.assignee_id = row.Text(11);
  t.assignee_name = row.Text(12);
  t.tags = SplitLines(row.Text(13));
  t.flagged = row.Bool(14);
  t.follow_up_of.value = row.Text(15);
  t.interaction_count = static_cast<int>(row.Int(16));
  t.survey = {row.Text(17), static_cast<int>(row.Int(18)), static_cast<int>(row.Int(19))};
  t.create_time = FromMicros(row.Int(20));
  t.update_time = FromMicros(row.Int(21));
  t.first_reply_time = MaybeTime(row, 22);
  t.resolve_time = MaybeTime(row, 23);
  t.close_time = MaybeTime(row, 24);
  t.last_inbound_time = MaybeTime(row, 25);
  t.last_outbound_time = MaybeTime(row, 26);
  t.version = static_cast<int>(row.Int(27));
  t.until = MaybeTime(row, 28);
  if (t.status == Status::kResolved) t.close_due = MaybeTime(row, 29);
  if (!row.IsNull(30)) t.held_status = static_cast<Status>(row.Int(30));
  t.flag_note = row.Text(31);
  t.type = row.Text(32);
  t.disposition = row.Text(33);
  t.escalation_level = static_cast<int>(row.Int(34));
  t.status_name = row.Text(35);
  t.fields = SplitFields(row.Text(36));
  t.merged_into.value = row.Text(37);
  t.merge_time = MaybeTime(row, 38);
  t.split_from.value = row.Text(39);
  t.account_id.value = row.Text(40);
  t.next_due = MaybeTime(row, 41);
  t.flag_reason = row.Text(42);
  return t;
}

std::optional<TicketId> FirstId(const sql::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return TicketId{rows[0].Text(0)};
}

Result<Ticket> LoadWith(sql::Tx& tx, const TicketId& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kColumns + " FROM ticket WHERE id = $1" + lock, id.value));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "TICKET_NOT_FOUND", "there is no such ticket");
  }
  return FromRow(rows[0]);
}

}  // namespace

Result<Ticket> LoadForChange(sql::Tx& tx, const TicketId& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Result<Ticket> Load(sql::Tx& tx, const TicketId& id) { return LoadWith(tx, id, ""); }

Result<std::vector<Ticket>> LoadMany(sql::Tx& tx, const std::vector<TicketId>& ids) {
  if (ids.empty()) return std::vector<Ticket>();
  std::string list;
  sql::Params params;
  std::map<std::string, size_t> order;
  for (const TicketId& id : ids) {
    list += (list.empty() ? "" : ", ") + params.Add(id.value).last();
    order.emplace(id.value, order.size());
  }
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run(std::string("SELECT ") + kColumns +
                                                    " FROM ticket WHERE id IN (" + list + ")",
                                                params));
  std::vector<Ticket> tickets;
  for (const sql::Row& row : rows) tickets.push_back(FromRow(row));
  std::sort(tickets.begin(), tickets.end(), [&](const Ticket& a, const Ticket& b) {
    return order[a.id.value] < order[b.id.value];
  });
  return tickets;
}

muara::Status Insert(sql::Tx& tx, Ticket& ticket) {
  ticket.version = 1;
  return tx.Post(sql::Statement{
      std::string("INSERT INTO ticket (") + kColumns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
          "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, "
          "$27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)",
      Columns(ticket)});
}

muara::Status Save(sql::Tx& tx, Ticket& ticket) {
  ++ticket.version;
  const auto saved = tx.Run(
      "UPDATE ticket SET reference = $2, status = $3, subject = $4, channel = $5, endpoint = $6, "
      "conversation = $7, queue_id = $8, priority = $9, contact_id = $10, contact_name = $11, "
      "assignee_id = $12, assignee_name = $13, tags = $14, flagged = $15, follow_up_of = $16, "
      "interaction_count = $17, survey_id = $18, survey_minimum = $19, survey_maximum = $20, "
      "created_us = $21, updated_us = $22, first_reply_us = $23, resolved_us = $24, "
      "closed_us = $25, last_inbound_us = $26, last_outbound_us = $27, version = $28, "
      "until_us = $29, due_us = $30, held_status = $31, flag_note = $32, type = $33, "
      "disposition = $34, escalation_level = $35, status_name = $36, fields = $37, merged_into = "
      "$38, merged_us = $39, split_from = $40, "
      "account_id = $41, next_due_us = $42, flag_reason = $43 "
      "WHERE id = $1 AND version = $28 - 1",
      Columns(ticket));
  if (!saved.ok()) return saved.error();
  if (saved->affected == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "the ticket was changed at the same time");
}

muara::Status SaveNextDue(sql::Tx& tx, const Ticket& ticket) {
  return tx.Post("UPDATE ticket SET next_due_us = $2 WHERE id = $1", ticket.id.value,
                 MaybeTime(ticket.next_due));
}

Result<std::optional<TicketId>> FindById(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT id FROM ticket WHERE id = $1", id.value));
  return FirstId(rows);
}

Result<std::optional<TicketId>> FindByConversation(sql::Tx& tx, const std::string& endpoint,
                                                   const std::string& conversation) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id FROM ticket WHERE conversation = $1 AND endpoint = $2 "
                            "ORDER BY id DESC LIMIT 1",
                            conversation, endpoint));
  return FirstId(rows);
}

Result<std::optional<TicketId>> FindByReference(sql::Tx& tx, const std::string& reference) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id FROM ticket WHERE reference = $1", reference));
  // Two with one reference are too unlikely to be right about either.
  return rows.size() == 1 ? FirstId(rows) : std::nullopt;
}

Result<std::optional<TicketId>> FindByProviderMessage(sql::Tx& tx, const std::string& message_id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT ticket_id FROM message_ref WHERE provider_message_id = $1", message_id));
  return FirstId(rows);
}

Result<std::optional<TicketId>> FindOpenOf(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                           const std::string& endpoint) {
  sql::Params params(endpoint);
  const std::string whose = "SELECT id FROM ticket WHERE contact_id IN (" +
                            AddIds(params, contacts) + ") AND endpoint = $1 AND status ";
  const std::string newest = " ORDER BY updated_us DESC, id DESC LIMIT 1";
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run(whose + "NOT IN (5, 8, 9, 10)" + newest, params));
  if (!rows.empty()) return FirstId(rows);
  // None goes on itself: then the newest that goes on in another.
  ASSIGN_OR_RETURN(const sql::Rows merged, tx.Run(whose + "= 8" + newest, params));
  return FirstId(merged);
}

Result<std::optional<TicketId>> FindFollowUp(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id FROM ticket WHERE follow_up_of = $1 ORDER BY id DESC LIMIT 1", id.value));
  return FirstId(rows);
}

Result<std::vector<std::pair<TicketId, Time>>> ListDue(sql::Tx& tx, Time until, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id, due_us FROM ticket WHERE due_us <= $1 ORDER BY due_us LIMIT $2",
               ToMicros(until), limit));
  std::vector<std::pair<TicketId, Time>> due;
  for (const sql::Row& row : rows) due.emplace_back(TicketId{row.Text(0)}, FromMicros(row.Int(1)));
  return due;
}

}  // namespace muara::ticket::store
