// What can be named in rules, macros and texts today.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/rules/action.h"

namespace muara::ticket {

// For what these actions name; canned replies that are shared, or this one's.
Result<Vocabulary> VocabularyIn(sql::Tx& tx, const std::vector<Action>& actions,
                                const std::string& owner);

}  // namespace muara::ticket
