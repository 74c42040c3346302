// Which names there are for which status. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/store/settings/status_names.h"

namespace muara::ticket {

class StatusNames {
 public:
  StatusNames(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // STATUS_NAME_NOT_FOUND.
  Result<NamedStatus> Get(const std::string& id);
  Result<std::vector<NamedStatus>> List(int limit, const std::string& after);
  // STATUS_FIXED where it names another status already.
  Result<NamedStatus> Put(const Edit& edit, NamedStatus name);

 private:
  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
};

}  // namespace muara::ticket
