#include "services/routing/store/flags.h"

namespace muara::routing::store {

Status InsertFlag(sql::Tx& tx, const FlagCommand& command, Time now) {
  return tx.Post(
      "INSERT INTO flag_command (request_id, ticket_id, note, created_us) VALUES ($1, $2, $3, $4)",
      command.request_id, command.ticket_id, command.note, ToMicros(now));
}

Status DeleteFlag(sql::Tx& tx, const std::string& request_id) {
  return tx.Post("DELETE FROM flag_command WHERE request_id = $1", request_id);
}

Result<std::vector<FlagCommand>> ListFlags(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT request_id, ticket_id, note FROM flag_command ORDER BY "
                            "created_us, request_id LIMIT $1",
                            limit));
  std::vector<FlagCommand> commands;
  for (const sql::Row& row : rows) commands.push_back({row.Text(0), row.Text(1), row.Text(2)});
  return commands;
}

}  // namespace muara::routing::store
