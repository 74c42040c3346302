// Values of declared fields, of whatever has them.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/settings/custom_field.h"

namespace muara::ticket {

// Takes out and puts in, each as its field is declared now; names everything that is wrong at once
// (INVALID_FIELDS) as "fields.<key>".
muara::Status ChangeFields(sql::Tx& tx, FieldEntity entity, std::vector<FieldValue>& fields,
                           const std::vector<FieldValue>& set,
                           const std::vector<std::string>& remove);

}  // namespace muara::ticket
