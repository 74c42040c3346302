// Declared fields, and what tickets have in them, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/ids.h"
#include "services/ticket/domain/settings/custom_field.h"

namespace muara::ticket::store {

muara::Status MigrateCustomFields(sql::Database& database);

// Version 0 where there is none.
Result<CustomField> FindField(sql::Tx& tx, FieldEntity entity, const std::string& key);
// All of an entity, by key: at most kFieldsMax.
Result<std::vector<CustomField>> ListFields(sql::Tx& tx, FieldEntity entity);
// Instead of the version before it: LOST_RACE where that is not it.
muara::Status SaveField(sql::Tx& tx, const CustomField& field);

// The ticket's values as rows, for finding tickets by them; the ticket itself carries them too.
muara::Status IndexFields(sql::Tx& tx, const TicketId& ticket,
                          const std::vector<FieldValue>& fields);

}  // namespace muara::ticket::store
