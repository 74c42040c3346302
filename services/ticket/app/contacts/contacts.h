// What can be asked and done about contacts. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/search/search_index.h"

namespace muara::ticket {

class Contacts {
 public:
  Contacts(sql::Database& database, const Journal& journal, SearchIndex& index, const Clock& clock)
      : database_(database), journal_(journal), index_(index), clock_(clock) {}

  Result<Contact> Get(const ContactId& id);
  // `point` empty: all.
  Result<std::vector<Contact>> List(const std::string& point, int limit, const std::string& after);
  Result<Contact> Rename(const ContactId& id, const OperationKey& key, int expected_version,
                         const std::string& display_name, const std::string& actor);

 private:
  sql::Database& database_;
  const Journal& journal_;
  SearchIndex& index_;
  const Clock& clock_;
};

}  // namespace muara::ticket
