#include "services/ticket/store/settings/status_names.h"

#include "libs/sql/migrate.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kSelect = "SELECT id, name, status, archived, version FROM status_name ";

NamedStatus FromRow(const sql::Row& row) {
  return {row.Text(0), row.Text(1), static_cast<Status>(row.Int(2)), row.Bool(3),
          static_cast<int>(row.Int(4))};
}

}  // namespace

muara::Status MigrateStatusNames(sql::Database& database) {
  return sql::Migrate(database, "ticket_status_name",
                      {{1,
                        "names of statuses",
                        {"CREATE TABLE status_name (id TEXT PRIMARY KEY, name TEXT NOT NULL, "
                         "status BIGINT NOT NULL, archived BOOLEAN NOT NULL, "
                         "version BIGINT NOT NULL)"}}});
}

Result<NamedStatus> FindStatusName(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string(kSelect) + "WHERE id = $1", id));
  return rows.empty() ? NamedStatus{} : FromRow(rows[0]);
}

Result<std::vector<NamedStatus>> ListStatusNames(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string(kSelect) + "WHERE id > $1 ORDER BY id LIMIT $2", after, limit));
  std::vector<NamedStatus> names;
  for (const sql::Row& row : rows) names.push_back(FromRow(row));
  return names;
}

muara::Status SaveStatusName(sql::Tx& tx, const NamedStatus& name) {
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute("INSERT INTO status_name (id, name, status, archived, version) "
                 "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET name = $2, "
                 "status = $3, archived = $4, version = $5 WHERE status_name.version = $5 - 1",
                 name.id, name.name, name.status, name.archived, name.version));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "the name was changed at the same time");
}

}  // namespace muara::ticket::store
