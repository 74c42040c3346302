#include "services/ticket/store/contacts/contact_tickets.h"

#include <algorithm>

namespace muara::ticket::store {
namespace {

Result<std::vector<ContactId>> ContactsIn(sql::Tx& tx, const std::string& table, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT contact_id FROM " + table + " ORDER BY contact_id LIMIT $1", limit));
  std::vector<ContactId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

}  // namespace

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
  return tx.Post(
      "INSERT INTO contact_follow (contact_id, actor, why) "
      "VALUES ($1, $2, $3) ON CONFLICT (contact_id) DO UPDATE SET "
      "actor = $2, why = $3",
      asked.contact_id.value, asked.actor, asked.why);
}

Result<std::optional<FollowAsked>> FindFollow(sql::Tx& tx, const ContactId& contact) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT actor, why FROM contact_follow WHERE contact_id = $1", contact.value));
  if (rows.empty()) return std::optional<FollowAsked>();
  return std::optional<FollowAsked>(FollowAsked{contact, rows[0].Text(0), rows[0].Text(1)});
}

Result<std::vector<ContactId>> ListAskedToFollow(sql::Tx& tx, int limit) {
  return ContactsIn(tx, "contact_follow", limit);
}

muara::Status EndFollow(sql::Tx& tx, const ContactId& contact) {
  return tx.Post("DELETE FROM contact_follow WHERE contact_id = $1", contact.value);
}

muara::Status AskToSettle(sql::Tx& tx, const ContactId& contact) {
  return tx.Post(
      "INSERT INTO contact_settle (contact_id, after_id) VALUES ($1, '') "
      "ON CONFLICT (contact_id) DO UPDATE SET after_id = ''",
      contact.value);
}

Result<bool> IsAskedToSettle(sql::Tx& tx, const ContactId& contact) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT 1 FROM contact_settle WHERE contact_id = $1", contact.value));
  return !rows.empty();
}

Result<std::vector<ContactId>> ListAskedToSettle(sql::Tx& tx, int limit) {
  return ContactsIn(tx, "contact_settle", limit);
}

Result<int> SettleSome(sql::Tx& tx, const ContactId& contact, int limit) {
  // Locked: of several replicas one makes the step, and who asks again begins anew after it.
  ASSIGN_OR_RETURN(const sql::Rows asked,
                   tx.Query("SELECT after_id FROM contact_settle WHERE contact_id = $1 FOR UPDATE",
                            contact.value));
  if (asked.empty()) return 0;
  ASSIGN_OR_RETURN(const sql::Rows open,
                   tx.Query("SELECT id FROM ticket WHERE contact_id = $1 AND id > $2 AND "
                            "status IN (1, 2, 3, 6, 7) ORDER BY id LIMIT $3 FOR UPDATE",
                            contact.value, asked[0].Text(0), limit));
  sql::Params params;
  std::string ids;
  for (const sql::Row& row : open) {
    ids += (ids.empty() ? "" : ", ") + params.Add(row.Text(0)).last();
  }
  if (!open.empty()) {
    RETURN_IF_ERROR(tx.Post(sql::Statement{
        "UPDATE sla_ledger SET book = 0 WHERE open AND ticket_id IN (" + ids + ")", params}));
  }
  const int count = static_cast<int>(open.size());
  if (count < limit) {
    RETURN_IF_ERROR(tx.Post("DELETE FROM contact_settle WHERE contact_id = $1", contact.value));
  } else {
    RETURN_IF_ERROR(tx.Post("UPDATE contact_settle SET after_id = $2 WHERE contact_id = $1",
                            contact.value, open[open.size() - 1].Text(0)));
  }
  return count;
}

}  // namespace muara::ticket::store
