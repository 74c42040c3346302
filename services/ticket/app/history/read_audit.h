// Keeps who read people's words, names and addresses, before they are shown them. The same reader
// of the same thing is kept once in five minutes; records stay 400 days. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/store/history/read_audit.h"

namespace muara::ticket {

class ReadAudit {
 public:
  ReadAudit(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // `record` without id and time. An error: it could not be kept, and nothing may be shown.
  muara::Status Note(store::ReadRecord record);
  // Newest first; empty: all readers, all resources.
  Result<std::vector<store::ReadRecord>> List(const std::string& reader,
                                              const std::string& resource, int limit,
                                              const std::vector<std::string>& after);

 private:
  bool IsKept(const std::string& what, Time now);
  void Remember(const std::string& what, Time now);

  sql::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Time> kept_;
};

}  // namespace muara::ticket
