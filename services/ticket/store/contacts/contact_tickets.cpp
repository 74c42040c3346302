#include "services/ticket/store/contacts/contact_tickets.h"

#include <algorithm>

namespace muara::ticket::store {

Result<std::vector<TicketId>> ListOfOtherAccounts(sql::Tx& tx, const Contact& contact, int limit) {
  std::vector<TicketId> ids;
  // On either side of it, so that those that have it already are not read again for every batch.
  for (const char* side : {"<", ">"}) {
    ASSIGN_OR_RETURN(
        const sql::Rows rows,
        tx.Query(std::string("SELECT id FROM ticket WHERE contact_id = $1 AND "
                             "account_id ") +
                     side + " $2 AND status <> 5 ORDER BY account_id, id LIMIT $3",
                 contact.id.value, contact.account_id.value, limit - static_cast<int>(ids.size())));
    for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  }
  // As everyone locks them.
  std::sort(ids.begin(), ids.end(),
            [](const TicketId& a, const TicketId& b) { return a.value < b.value; });
  return ids;
}

muara::Status AskToFollow(sql::Tx& tx, const FollowAsked& asked) {
  RETURN_IF_ERROR(
      tx.Execute("INSERT INTO contact_follow (contact_id, actor, why) "
                 "VALUES ($1, $2, $3) ON CONFLICT (contact_id) DO UPDATE SET "
                 "actor = $2, why = $3",
                 asked.contact_id.value, asked.actor, asked.why));
  return Ok();
}

Result<std::optional<FollowAsked>> FindFollow(sql::Tx& tx, const ContactId& contact) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT actor, why FROM contact_follow WHERE contact_id = $1", contact.value));
  if (rows.empty()) return std::optional<FollowAsked>();
  return std::optional<FollowAsked>(FollowAsked{contact, rows[0].Text(0), rows[0].Text(1)});
}

Result<std::vector<ContactId>> ListAskedToFollow(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT contact_id FROM contact_follow ORDER BY contact_id LIMIT $1", limit));
  std::vector<ContactId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

muara::Status EndFollow(sql::Tx& tx, const ContactId& contact) {
  RETURN_IF_ERROR(tx.Execute("DELETE FROM contact_follow WHERE contact_id = $1", contact.value));
  return Ok();
}

muara::Status SettleTicketsAnew(sql::Tx& tx, const ContactId& contact) {
  RETURN_IF_ERROR(
      tx.Query("SELECT id FROM ticket WHERE contact_id = $1 AND "
               "status IN (1, 2, 3, 6, 7) ORDER BY id FOR UPDATE",
               contact.value));
  RETURN_IF_ERROR(
      tx.Execute("UPDATE sla_ledger SET book = 0 WHERE open AND ticket_id IN "
                 "(SELECT id FROM ticket WHERE contact_id = $1 AND status IN (1, 2, 3, 6, 7))",
                 contact.value));
  return Ok();
}

}  // namespace muara::ticket::store
