// Which fields there are besides the built-in ones. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/store/settings/custom_fields.h"

namespace muara::ticket {

class CustomFields {
 public:
  CustomFields(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // FIELD_NOT_FOUND.
  Result<CustomField> Get(FieldEntity entity, const std::string& key);
  Result<std::vector<CustomField>> List(FieldEntity entity);
  // FIELD_TYPE_FIXED where it has another type already; TOO_MANY_FIELDS.
  Result<CustomField> Put(const Edit& edit, CustomField field);

 private:
  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
};

}  // namespace muara::ticket
