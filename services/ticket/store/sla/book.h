// Business calendars and policies in the caller's transaction. Whoever changes any of them calls
// TurnPage first, which makes changers queue and tells every reader that its book is old.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/sla/sla.h"

namespace muara::ticket::store {

Result<int64_t> BookVersion(sql::Tx& tx);
// Never the same twice, even where the transaction is undone.
muara::Status TurnPage(sql::Tx& tx, Time now);
// Whoever changes it waits for this transaction.
muara::Status LockBook(sql::Tx& tx);
// All of it at one version. A calendar whose zone this machine no longer has is left out.
Result<SlaBook> LoadBook(sql::Tx& tx);

// CALENDAR_NOT_FOUND, POLICY_NOT_FOUND.
Result<Calendar> LoadCalendar(sql::Tx& tx, const std::string& id);
Result<SlaPolicy> LoadSlaPolicy(sql::Tx& tx, const std::string& id);
// By id, after this one.
Result<std::vector<Calendar>> ListCalendars(sql::Tx& tx, int limit, const std::string& after);
Result<std::vector<SlaPolicy>> ListSlaPolicies(sql::Tx& tx, int limit, const std::string& after);
// Adds or replaces.
muara::Status SaveCalendar(sql::Tx& tx, const Calendar& calendar);
muara::Status SaveSlaPolicy(sql::Tx& tx, const SlaPolicy& policy);
muara::Status DeleteCalendar(sql::Tx& tx, const std::string& id);
muara::Status DeleteSlaPolicy(sql::Tx& tx, const std::string& id);

}  // namespace muara::ticket::store
