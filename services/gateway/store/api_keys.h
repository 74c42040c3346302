// Rows of API keys; every call runs in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/gateway/domain/account.h"

namespace muara::gateway::store {

// `operation` is the key that made it, by which a repeated request finds it.
Status InsertApiKey(sql::Tx& tx, const ApiKey& key, const std::string& secret_hash,
                    const std::string& operation);
Result<std::optional<ApiKey>> FindApiKeyByOperation(sql::Tx& tx, const std::string& operation);
Result<std::optional<ApiKey>> FindApiKey(sql::Tx& tx, const std::string& id);
Result<std::optional<ApiKey>> FindApiKeyBySecret(sql::Tx& tx, const std::string& secret_hash);
// Newest first; those made before the one with the id `before` (empty: from the newest).
Result<std::vector<ApiKey>> ListApiKeys(sql::Tx& tx, const std::string& before, int limit);
Status RevokeApiKey(sql::Tx& tx, const std::string& id);

}  // namespace muara::gateway::store
