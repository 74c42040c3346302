// Sessions as rows. Every call runs in the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat::store {

Status InsertSession(sql::Tx& tx, const Session& session, Time now);
Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& id);
// It was used; an empty name or address leaves the known one.
Status TouchSession(sql::Tx& tx, const std::string& id, const std::string& name,
                    const std::string& email, Time now);

// What its visitor told of themselves.
Status EmptySession(sql::Tx& tx, const std::string& id);

// The last seq of each of these sessions; at most kHeadsMax of them.
constexpr size_t kHeadsMax = 200;
Result<std::map<std::string, int64_t>> Heads(sql::Tx& tx, const std::vector<std::string>& ids);

// Forgets sessions and logs that nobody has used since; answers how many, at most `limit`.
Result<int64_t> ForgetUnusedSince(sql::Tx& tx, Time time, int64_t limit);

}  // namespace muara::chat::store
