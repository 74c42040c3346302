#include "services/ticket/store/history/read_audit.h"

#include "libs/sql/migrate.h"

namespace muara::ticket::store {

muara::Status MigrateReadAudit(sql::Database& database) {
  return sql::Migrate(
      database, "read_audit",
      {{1,
        "who read what",
        {"CREATE TABLE read_audit (id TEXT PRIMARY KEY, time_us BIGINT NOT NULL, "
         "reader TEXT NOT NULL, method TEXT NOT NULL, resource TEXT NOT NULL, "
         "trace_id TEXT NOT NULL)",
         "CREATE INDEX read_audit_time ON read_audit (time_us, id)",
         "CREATE INDEX read_audit_reader ON read_audit (reader, time_us, id)",
         "CREATE INDEX read_audit_resource ON read_audit (resource, time_us, id)"}}});
}

muara::Status InsertRead(sql::Tx& tx, const ReadRecord& record) {
  return tx.Post(
      "INSERT INTO read_audit (id, time_us, reader, method, resource, trace_id) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      record.id, ToMicros(record.time), record.reader, record.method, record.resource,
      record.trace_id);
}

Result<std::vector<ReadRecord>> ListReads(sql::Tx& tx, const std::string& reader,
                                          const std::string& resource, int limit,
                                          const std::vector<std::string>& after) {
  sql::Params params;
  std::string sql = "SELECT id, time_us, reader, method, resource, trace_id FROM read_audit";
  std::string where;
  const auto add = [&](const std::string& condition) {
    where += (where.empty() ? " WHERE " : " AND ") + condition;
  };
  if (!reader.empty()) add("reader = " + params.Add(reader).last());
  if (!resource.empty()) add("resource = " + params.Add(resource).last());
  if (after.size() == 2) {
    const std::string time = params.Add(std::atoll(after[0].c_str())).last();
    add("(time_us, id) < (" + time + ", " + params.Add(after[1]).last() + ")");
  }
  sql += where + " ORDER BY time_us DESC, id DESC LIMIT " + params.Add(limit).last();
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run(sql, params));
  std::vector<ReadRecord> records;
  for (const sql::Row& row : rows) {
    records.push_back(
        {row.Text(0), FromMicros(row.Int(1)), row.Text(2), row.Text(3), row.Text(4), row.Text(5)});
  }
  return records;
}

muara::Status DropReads(sql::Tx& tx, Time before, int limit) {
  return tx.Post(
      "DELETE FROM read_audit WHERE id IN (SELECT id FROM read_audit WHERE "
      "time_us < $1 ORDER BY time_us, id LIMIT $2)",
      ToMicros(before), limit);
}

}  // namespace muara::ticket::store
