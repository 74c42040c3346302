#include "services/ticket/store/search/views.h"

#include "libs/sql/migrate.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kSelect = "SELECT id, name, owner, shared, filter, version FROM ticket_view ";

View FromRow(const sql::Row& row) {
  return {row.Text(0), row.Text(1),  row.Text(2),
          row.Bool(3), row.Bytes(4), static_cast<int>(row.Int(5))};
}

Result<View> LoadWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "WHERE id = $1" + lock, id));
  if (!rows.empty()) return FromRow(rows[0]);
  return MakeError(Code::kNotFound, "VIEW_NOT_FOUND", "there is no such view");
}

}  // namespace

muara::Status MigrateViews(sql::Database& database) {
  const auto step = [](const char* bytes) {
    return std::vector<std::string>{
        std::string("CREATE TABLE ticket_view (id TEXT PRIMARY KEY, name TEXT NOT NULL, "
                    "owner TEXT NOT NULL, shared BOOLEAN NOT NULL, filter ") +
            bytes + " NOT NULL, version BIGINT NOT NULL)",
        "CREATE INDEX ticket_view_owner ON ticket_view (owner)"};
  };
  return sql::Migrate(database, "views", {{1, "views", step("BLOB"), step("BYTEA")}});
}

Result<std::vector<View>> ListViews(sql::Tx& tx, const std::string& owner, int limit) {
  // Their own come before others', however these are named.
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT * FROM (" + std::string(kSelect) +
                                "WHERE owner = $1 OR shared = TRUE ORDER BY CASE WHEN owner = $1 "
                                "THEN 0 ELSE 1 END, name, id LIMIT $2) v ORDER BY name, id",
                            owner, limit));
  std::vector<View> views;
  for (const sql::Row& row : rows) views.push_back(FromRow(row));
  return views;
}

Result<std::vector<View>> ListAllViews(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string(kSelect) + "WHERE id > $1 ORDER BY id LIMIT $2", after, limit));
  std::vector<View> views;
  for (const sql::Row& row : rows) views.push_back(FromRow(row));
  return views;
}

Result<View> LoadView(sql::Tx& tx, const std::string& id) { return LoadWith(tx, id, ""); }

Result<View> LoadViewForChange(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Result<int> CountViewsOf(sql::Tx& tx, const std::string& owner) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM ticket_view WHERE owner = $1", owner));
  return static_cast<int>(rows[0].Int(0));
}

muara::Status InsertView(sql::Tx& tx, const View& view) {
  return tx.Post(
      "INSERT INTO ticket_view (id, name, owner, shared, filter, version) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      view.id, view.name, view.owner, view.shared, sql::Blob{view.filter}, view.version);
}

muara::Status SaveView(sql::Tx& tx, View& view) {
  ++view.version;
  return tx.Post(
      "UPDATE ticket_view SET name = $2, shared = $3, filter = $4, version = $5 WHERE id = $1",
      view.id, view.name, view.shared, sql::Blob{view.filter}, view.version);
}

muara::Status DeleteView(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM ticket_view WHERE id = $1", id);
}

}  // namespace muara::ticket::store
