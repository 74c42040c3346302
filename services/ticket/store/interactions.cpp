#include "services/ticket/store/interactions.h"

#include "services/ticket/store/attachments/attachments.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kColumns =
    "id, ticket_id, sequence, kind, direction, channel, endpoint, conversation, author_id, "
    "author_name, subject, text, html, visible_text, points, provider_message_id, in_reply_to, "
    "reference_ids, origin, evidence, matched_by, unknown_sender, delivery_status, created_us, "
    "survey_id, survey_score, attachments, copied_from";

Interaction FromRow(const sql::Row& row) {
  Interaction i;
  i.id.value = row.Text(0);
  i.ticket_id.value = row.Text(1);
  i.sequence = static_cast<int>(row.Int(2));
  i.kind = static_cast<InteractionKind>(row.Int(3));
  i.direction = static_cast<Direction>(row.Int(4));
  i.channel = static_cast<Channel>(row.Int(5));
  i.endpoint = row.Text(6);
  i.conversation = row.Text(7);
  i.author_id = row.Text(8);
  i.author_name = row.Text(9);
  i.content = {row.Text(10), row.Text(11), row.Text(12), row.Text(13),
               SplitAttachments(row.Text(26))};
  i.points = SplitPoints(row.Text(14));
  i.provider_message_id = row.Text(15);
  i.in_reply_to = row.Text(16);
  i.references = SplitLines(row.Text(17));
  i.origin = static_cast<Origin>(row.Int(18));
  i.evidence = SplitLines(row.Text(19));
  i.matched_by = static_cast<HintKind>(row.Int(20));
  i.unknown_sender = row.Bool(21);
  i.delivery_status = static_cast<DeliveryStatus>(row.Int(22));
  i.create_time = FromMicros(row.Int(23));
  i.survey_id = row.Text(24);
  i.survey_score = static_cast<int>(row.Int(25));
  i.copied_from.value = row.Text(27);
  return i;
}

std::string Select(const std::string& rest) {
  return std::string("SELECT ") + kColumns + " FROM interaction " + rest;
}

}  // namespace

muara::Status InsertInteraction(sql::Tx& tx, const Interaction& i,
                                const std::string& raw_reference) {
  RETURN_IF_ERROR(tx.Post(
      std::string("INSERT INTO interaction (") + kColumns +
          ", raw_reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
          "$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)",
      i.id.value, i.ticket_id.value, i.sequence, i.kind, i.direction, i.channel, i.endpoint,
      i.conversation, i.author_id, i.author_name, i.content.subject, i.content.text, i.content.html,
      i.content.visible_text, JoinPoints(i.points), i.provider_message_id, i.in_reply_to,
      JoinLines(i.references), i.origin, JoinLines(i.evidence), i.matched_by, i.unknown_sender,
      i.delivery_status, ToMicros(i.create_time), i.survey_id, i.survey_score,
      JoinAttachments(i.content.attachments), i.copied_from.value, raw_reference));
  return InsertAttachments(tx, i);
}

Result<Interaction> LoadInteraction(sql::Tx& tx, const InteractionId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(Select("WHERE id = $1"), id.value));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "INTERACTION_NOT_FOUND", "there is no such interaction");
  }
  return FromRow(rows[0]);
}

Result<std::vector<Interaction>> ListInteractions(sql::Tx& tx, const TicketId& ticket, int after,
                                                  int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(Select("WHERE ticket_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"),
               ticket.value, after, limit));
  std::vector<Interaction> out;
  for (const sql::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

Result<std::vector<Heading>> ListHeadings(sql::Tx& tx, const TicketId& ticket, int after,
                                          int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id, sequence, kind, direction, origin, author_id, created_us "
               "FROM interaction WHERE ticket_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
               ticket.value, after, limit));
  std::vector<Heading> out;
  for (const sql::Row& row : rows) {
    out.push_back({{row.Text(0)},
                   static_cast<int>(row.Int(1)),
                   static_cast<InteractionKind>(row.Int(2)),
                   static_cast<Direction>(row.Int(3)),
                   static_cast<Origin>(row.Int(4)),
                   row.Text(5),
                   FromMicros(row.Int(6))});
  }
  return out;
}

Result<std::vector<MessageText>> ListMessageTexts(sql::Tx& tx, const std::vector<TicketId>& tickets,
                                                  int each_max, int bytes_max) {
  std::vector<MessageText> texts;
  if (tickets.empty()) return texts;
  sql::Params params(each_max, bytes_max);
  std::string list;
  for (const TicketId& id : tickets) {
    list += (list.empty() ? "" : ", ") + params.Add(id.value).last();
  }
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT ticket_id, sequence, SUBSTR(CASE WHEN visible_text = '' THEN text ELSE "
             "visible_text END, 1, CAST($2 AS INTEGER)) FROM interaction WHERE ticket_id IN (" +
                 list + ") AND sequence <= $1 ORDER BY ticket_id, sequence",
             params));
  for (const sql::Row& row : rows) {
    texts.push_back({TicketId{row.Text(0)}, static_cast<int>(row.Int(1)), row.Text(2)});
  }
  return texts;
}

Result<int> NextSequence(sql::Tx& tx, const TicketId& ticket) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT MAX(sequence) FROM interaction WHERE ticket_id = $1", ticket.value));
  return static_cast<int>(rows[0].Int(0)) + 1;
}

Result<std::optional<Interaction>> LastInbound(sql::Tx& tx, const TicketId& ticket) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(Select("WHERE ticket_id = $1 AND direction = $2 AND origin = $3 "
                                   "AND unknown_sender = $4 ORDER BY sequence DESC LIMIT 1"),
                            ticket.value, Direction::kInbound, Origin::kHuman, false));
  if (rows.empty()) return std::optional<Interaction>();
  return std::optional<Interaction>(FromRow(rows[0]));
}

Result<std::optional<Interaction>> LastOutbound(sql::Tx& tx, const TicketId& ticket) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(Select("WHERE ticket_id = $1 AND direction = $2 AND kind = $3 "
                                   "ORDER BY sequence DESC LIMIT 1"),
                            ticket.value, Direction::kOutbound, InteractionKind::kMessage));
  if (rows.empty()) return std::optional<Interaction>();
  return std::optional<Interaction>(FromRow(rows[0]));
}

Result<std::vector<Trace>> ListTraces(sql::Tx& tx, const TicketId& ticket, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT direction, channel, endpoint, conversation, author_id, points, "
               "provider_message_id, reference_ids FROM interaction WHERE ticket_id = $1 AND "
               "kind = $2 AND (direction = $3 OR (direction = $4 AND origin = $5)) AND "
               "points <> '' ORDER BY sequence DESC LIMIT $6",
               ticket.value, InteractionKind::kMessage, Direction::kOutbound, Direction::kInbound,
               Origin::kHuman, limit));
  std::vector<Trace> traces;
  for (const sql::Row& row : rows) {
    traces.push_back({static_cast<Direction>(row.Int(0)), static_cast<Channel>(row.Int(1)),
                      row.Text(2), row.Text(3), row.Text(4), SplitPoints(row.Text(5)), row.Text(6),
                      SplitLines(row.Text(7))});
  }
  return traces;
}

Result<bool> HasWritten(sql::Tx& tx, const TicketId& ticket,
                        const std::vector<ContactId>& contacts) {
  sql::Params params(ticket.value);
  const std::string ids = AddIds(params, contacts);
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT 1 FROM interaction WHERE ticket_id = $1 AND author_id IN (" +
                              ids + ") LIMIT 1",
                          params));
  return !rows.empty();
}

muara::Status SetDeliveryStatus(sql::Tx& tx, const InteractionId& id, DeliveryStatus status) {
  return tx.Post("UPDATE interaction SET delivery_status = $2 WHERE id = $1", id.value, status);
}

muara::Status InsertMessageRef(sql::Tx& tx, const std::string& provider_message_id,
                               const TicketId& ticket, const InteractionId& interaction) {
  if (provider_message_id.empty()) return Ok();
  return tx.Post(
      "INSERT INTO message_ref (provider_message_id, ticket_id, interaction_id) "
      "SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT) WHERE NOT EXISTS "
      "(SELECT 1 FROM interaction WHERE id = $3 AND erased_us IS NOT NULL) "
      "ON CONFLICT DO NOTHING",
      provider_message_id, ticket.value, interaction.value);
}

Result<bool> ClaimSubmission(sql::Tx& tx, const Submission& submission, Time now) {
  ASSIGN_OR_RETURN(
      const int64_t claimed,
      tx.Execute("INSERT INTO submission (endpoint, idempotency_key, digest, ticket_id, "
                 "interaction_id, contact_id, created_us) VALUES ($1, $2, $3, '', '', '', $4) "
                 "ON CONFLICT DO NOTHING",
                 submission.endpoint, submission.idempotency_key, submission.payload_digest,
                 ToMicros(now)));
  return claimed == 1;
}

muara::Status CompleteSubmission(sql::Tx& tx, const Submission& submission,
                                 const SubmissionRecord& record) {
  return tx.Post(
      "UPDATE submission SET ticket_id = $3, interaction_id = $4, contact_id = $5 "
      "WHERE endpoint = $1 AND idempotency_key = $2",
      submission.endpoint, submission.idempotency_key, record.ticket_id.value,
      record.interaction_id.value, record.contact_id.value);
}

Result<SubmissionRecord> LoadSubmission(sql::Tx& tx, const Submission& submission) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT digest, ticket_id, interaction_id, contact_id FROM submission "
                            "WHERE endpoint = $1 AND idempotency_key = $2",
                            submission.endpoint, submission.idempotency_key));
  if (rows.empty()) {
    return MakeError(Code::kAborted, "LOST_RACE", "the first submission was undone meanwhile");
  }
  return SubmissionRecord{rows[0].Text(0), {rows[0].Text(1)}, {rows[0].Text(2)}, {rows[0].Text(3)}};
}

}  // namespace muara::ticket::store
