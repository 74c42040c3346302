#include "services/ticket/store/settings/custom_fields.h"

#include "libs/sql/migrate.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kSelect =
    "SELECT entity, key, label, type, options, required_on_resolve, max_value, archived, version "
    "FROM custom_field ";

CustomField FromRow(const sql::Row& row) {
  CustomField field;
  field.entity = static_cast<FieldEntity>(row.Int(0));
  field.key = row.Text(1);
  field.label = row.Text(2);
  field.type = static_cast<FieldType>(row.Int(3));
  field.options = SplitLines(row.Text(4));
  field.required_on_resolve = row.Bool(5);
  field.max = row.Int(6);
  field.archived = row.Bool(7);
  field.version = static_cast<int>(row.Int(8));
  return field;
}

}  // namespace

muara::Status MigrateCustomFields(sql::Database& database) {
  return sql::Migrate(
      database, "ticket_custom_field",
      {{1,
        "custom fields",
        {"CREATE TABLE custom_field (entity BIGINT NOT NULL, key TEXT NOT NULL, "
         "label TEXT NOT NULL, type BIGINT NOT NULL, options TEXT NOT NULL, "
         "required_on_resolve BOOLEAN NOT NULL, max_value BIGINT NOT NULL, "
         "archived BOOLEAN NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (entity, key))",
         "CREATE TABLE ticket_field (ticket_id TEXT NOT NULL, key TEXT NOT NULL, text TEXT, "
         "number DOUBLE PRECISION, PRIMARY KEY (ticket_id, key))",
         "CREATE INDEX ticket_field_number ON ticket_field (key, number) "
         "WHERE number IS NOT NULL",
         // Long texts are found by other means: an index row has its limits.
         "CREATE INDEX ticket_field_text ON ticket_field (key, text) "
         "WHERE text IS NOT NULL AND LENGTH(text) <= 200"}}});
}

Result<CustomField> FindField(sql::Tx& tx, FieldEntity entity, const std::string& key) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "WHERE entity = $1 AND key = $2", entity, key));
  return rows.empty() ? CustomField{} : FromRow(rows[0]);
}

Result<std::vector<CustomField>> ListFields(sql::Tx& tx, FieldEntity entity) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "WHERE entity = $1 ORDER BY key LIMIT $2",
                            entity, kFieldsMax));
  std::vector<CustomField> fields;
  for (const sql::Row& row : rows) fields.push_back(FromRow(row));
  return fields;
}

muara::Status SaveField(sql::Tx& tx, const CustomField& field) {
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute("INSERT INTO custom_field (entity, key, label, type, options, "
                 "required_on_resolve, max_value, archived, version) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (entity, key) "
                 "DO UPDATE SET label = $3, type = $4, options = $5, required_on_resolve = $6, "
                 "max_value = $7, archived = $8, version = $9 "
                 "WHERE custom_field.version = $9 - 1",
                 field.entity, field.key, field.label, field.type, JoinLines(field.options),
                 field.required_on_resolve, field.max, field.archived, field.version));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "the field was changed at the same time");
}

muara::Status IndexFields(sql::Tx& tx, const TicketId& ticket,
                          const std::vector<FieldValue>& fields) {
  RETURN_IF_ERROR(tx.Post("DELETE FROM ticket_field WHERE ticket_id = $1", ticket.value));
  for (const FieldValue& one : fields) {
    const bool number = one.type == FieldType::kNumber || one.type == FieldType::kBoolean;
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO ticket_field (ticket_id, key, text, number) "
                "VALUES ($1, $2, $3, $4)",
                ticket.value, one.key, number ? sql::Value(sql::Null{}) : sql::Value(one.text),
                number ? sql::Value(one.number) : sql::Value(sql::Null{})));
  }
  return Ok();
}

}  // namespace muara::ticket::store
