// Who read what of people's words, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"

namespace muara::ticket::store {

struct ReadRecord {
  std::string id;  // UUIDv7
  Time time;
  std::string reader;    // "agents/<id>", "keys/<id>"
  std::string method;    // "muara.ticket.v1.Tickets/ListInteractions"
  std::string resource;  // whose: the id that was asked for; empty: a search or a list
  std::string trace_id;
};

muara::Status MigrateReadAudit(sql::Database& database);
muara::Status InsertRead(sql::Tx& tx, const ReadRecord& record);
// Newest first; empty: all readers, all resources. After this time and id.
Result<std::vector<ReadRecord>> ListReads(sql::Tx& tx, const std::string& reader,
                                          const std::string& resource, int limit,
                                          const std::vector<std::string>& after);
// The oldest of before this time, so many at most.
muara::Status DropReads(sql::Tx& tx, Time before, int limit);

}  // namespace muara::ticket::store
