// That a supervisor should look at a ticket, to be told to the ticket service; in the caller's
// transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"

namespace muara::routing::store {

struct FlagCommand {
  std::string request_id;
  std::string ticket_id;
  std::string note;
};
Status InsertFlag(sql::Tx& tx, const FlagCommand& command, Time now);
Status DeleteFlag(sql::Tx& tx, const std::string& request_id);
// The oldest first.
Result<std::vector<FlagCommand>> ListFlags(sql::Tx& tx, int limit);

}  // namespace muara::routing::store
