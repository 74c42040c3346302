// References of raw mails that are still to be removed, since their writers were erased.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"

namespace muara::email::store {

Status InsertErasedMail(sql::Tx& tx, const std::string& reference);
Result<std::vector<std::string>> ListErasedMails(sql::Tx& tx, int limit);
Status DeleteErasedMail(sql::Tx& tx, const std::string& reference);

}  // namespace muara::email::store
