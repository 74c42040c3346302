#include "services/gateway/store/api_keys.h"

#include "services/gateway/store/roles.h"

namespace muara::gateway::store {
namespace {

constexpr const char* kSelect =
    "SELECT id, display_name, roles, create_time, expire_time, revoked FROM api_keys WHERE ";

ApiKey FromRow(const sql::Row& row) {
  ApiKey key;
  key.id = row.Text(0);
  key.display_name = row.Text(1);
  key.roles = SplitRoles(row.Text(2));
  key.create_time = FromMicros(row.Int(3));
  key.expire_time = FromMicros(row.Int(4));
  key.revoked = row.Bool(5);
  return key;
}

Result<std::optional<ApiKey>> FindBy(sql::Tx& tx, const char* column, const std::string& value) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string(kSelect) + column + " = $1", value));
  if (rows.empty()) return std::optional<ApiKey>();
  return std::optional<ApiKey>(FromRow(rows[0]));
}

}  // namespace

Status InsertApiKey(sql::Tx& tx, const ApiKey& key, const std::string& secret_hash,
                    const std::string& operation) {
  const auto inserted = tx.Execute(
      "INSERT INTO api_keys (id, secret_hash, display_name, roles, create_time,"
      " expire_time, revoked, operation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      key.id, secret_hash, key.display_name, JoinRoles(key.roles), ToMicros(key.create_time),
      ToMicros(key.expire_time), key.revoked, operation);
  return inserted.ok() ? Ok() : Status(inserted.error());
}

Result<std::optional<ApiKey>> FindApiKey(sql::Tx& tx, const std::string& id) {
  return FindBy(tx, "id", id);
}

Result<std::optional<ApiKey>> FindApiKeyByOperation(sql::Tx& tx, const std::string& operation) {
  return FindBy(tx, "operation", operation);
}

Result<std::optional<ApiKey>> FindApiKeyBySecret(sql::Tx& tx, const std::string& secret_hash) {
  return FindBy(tx, "secret_hash", secret_hash);
}

Result<std::vector<ApiKey>> ListApiKeys(sql::Tx& tx, const std::string& before, int limit) {
  // Ids grow with time; "~" is beyond all of them.
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "id < $1 ORDER BY id DESC LIMIT $2",
                            before.empty() ? "~" : before, limit));
  std::vector<ApiKey> keys;
  for (const sql::Row& row : rows) keys.push_back(FromRow(row));
  return keys;
}

Status RevokeApiKey(sql::Tx& tx, const std::string& id) {
  const auto revoked = tx.Execute("UPDATE api_keys SET revoked = $2 WHERE id = $1", id, true);
  return revoked.ok() ? Ok() : Status(revoked.error());
}

}  // namespace muara::gateway::store
