#include "services/ticket/store/links/links.h"

#include "libs/sql/migrate.h"

namespace muara::ticket::store {
namespace {

constexpr int kFollowUpsShown = 50;

}  // namespace

muara::Status MigrateLinks(sql::Database& database) {
  return sql::Migrate(
      database, "links",
      {{1,
        "links between tickets",
        {"CREATE TABLE ticket_link (from_id TEXT NOT NULL, kind BIGINT NOT NULL, "
         "to_id TEXT NOT NULL, made_by BIGINT NOT NULL, created_us BIGINT NOT NULL, "
         "PRIMARY KEY (from_id, kind, to_id))",
         "CREATE INDEX ticket_link_to ON ticket_link (to_id, kind)",
         // One row, locked by whoever adds: chains are looked at as a whole.
         "CREATE TABLE ticket_link_lock (id BIGINT PRIMARY KEY)",
         "INSERT INTO ticket_link_lock (id) VALUES (1)"}}});
}

muara::Status LockLinks(sql::Tx& tx) {
  RETURN_IF_ERROR(tx.Query("SELECT id FROM ticket_link_lock WHERE id = 1 FOR UPDATE"));
  return Ok();
}

Result<bool> HasLink(sql::Tx& tx, const Link& link) {
  const Link one = link.Normal();
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT 1 FROM ticket_link WHERE from_id = $1 AND kind = $2 AND to_id = $3",
               one.from.value, one.kind, one.to.value));
  return !rows.empty();
}

muara::Status InsertLink(sql::Tx& tx, const Link& link, MadeBy made_by, Time now) {
  const Link one = link.Normal();
  return tx.Post(
      "INSERT INTO ticket_link (from_id, kind, to_id, made_by, created_us) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      one.from.value, one.kind, one.to.value, made_by, ToMicros(now));
}

Result<bool> DeleteLink(sql::Tx& tx, const Link& link) {
  const Link one = link.Normal();
  ASSIGN_OR_RETURN(
      const int64_t deleted,
      tx.Execute("DELETE FROM ticket_link WHERE from_id = $1 AND kind = $2 AND to_id = $3",
                 one.from.value, one.kind, one.to.value));
  return deleted > 0;
}

muara::Status DeleteMergeLink(sql::Tx& tx, const TicketId& from) {
  return tx.Post("DELETE FROM ticket_link WHERE from_id = $1 AND made_by = $2", from.value,
                 MadeBy::kMerge);
}

Result<size_t> CountLinks(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COUNT(*) FROM ticket_link WHERE from_id = $1 OR to_id = $1", id.value));
  return static_cast<size_t>(rows[0].Int(0));
}

Result<std::optional<TicketId>> FindLinked(sql::Tx& tx, const TicketId& from, LinkKind kind) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT to_id FROM ticket_link WHERE from_id = $1 AND kind = $2 "
                            "ORDER BY created_us, to_id LIMIT 1",
                            from.value, kind));
  if (rows.empty()) return std::optional<TicketId>();
  return std::optional<TicketId>(TicketId{rows[0].Text(0)});
}

Result<std::vector<Link>> ListLinks(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT from_id, kind, to_id FROM ticket_link WHERE from_id = $1 OR "
                            "to_id = $1 ORDER BY created_us, kind, from_id, to_id LIMIT $2",
                            id.value, kLinksMax));
  std::vector<Link> links;
  for (const sql::Row& row : rows) {
    links.push_back({{row.Text(0)}, static_cast<LinkKind>(row.Int(1)), {row.Text(2)}});
  }
  ASSIGN_OR_RETURN(const sql::Rows follow_ups,
                   tx.Query("SELECT id, follow_up_of FROM ticket WHERE (id = $1 AND "
                            "follow_up_of <> '') OR (follow_up_of = $1 AND follow_up_of <> '') "
                            "ORDER BY id DESC LIMIT $2",
                            id.value, kFollowUpsShown));
  for (const sql::Row& row : follow_ups) {
    links.push_back({{row.Text(0)}, LinkKind::kFollowUpOf, {row.Text(1)}});
  }
  return links;
}

Result<std::vector<TicketId>> ListLinkedTo(sql::Tx& tx, LinkKind kind, const TicketId& to) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT from_id FROM ticket_link WHERE to_id = $1 AND kind = $2 "
                            "ORDER BY created_us, from_id LIMIT $3",
                            to.value, kind, kLinksMax));
  std::vector<TicketId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

}  // namespace muara::ticket::store
