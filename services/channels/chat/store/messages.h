// The logs of messages as rows. Every call runs in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat::store {

// Gives it the next seq of its session. A message with a cid or delivery id that is there already
// is answered as it stands and nothing is added. kNotFound/UNKNOWN_SESSION.
Result<Message> Append(sql::Tx& tx, Message message);
Result<std::optional<Message>> FindByCid(sql::Tx& tx, const std::string& session,
                                         const std::string& cid);
// In order of seq.
Result<std::vector<Message>> ListAfter(sql::Tx& tx, const std::string& session, int64_t seq,
                                       int64_t limit);

// Empties what was said and by whom, up to this time; its places in the log stay.
Status EmptyMessages(sql::Tx& tx, const std::string& session, Time until);

}  // namespace muara::chat::store
