// Surveys in the caller's transaction, and the tables of this service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/feedback/domain/survey.h"

namespace muara::feedback::store {

Status Migrate(sql::Database& database);

Status Insert(sql::Tx& tx, const Survey& survey);
Status Save(sql::Tx& tx, Survey& survey);  // version grows by one
// NOT_FOUND with SURVEY_NOT_FOUND.
Result<Survey> Load(sql::Tx& tx, const std::string& id);
Result<Survey> LoadForChange(sql::Tx& tx, const std::string& id);
// The ticket's surveys that take answers at this time. Locks them.
Result<std::vector<Survey>> ListOpenForChange(sql::Tx& tx, const std::string& ticket_id, Time now);
Status DropComments(sql::Tx& tx, const std::string& ticket_id);
// Newest first, before this id; ticket "": all.
Result<std::vector<Survey>> List(sql::Tx& tx, const std::string& ticket_id, int limit,
                                 const std::string& before);

struct Range {
  Time from;
  Time to;
  std::string queue_id;  // "": any
  std::string agent_id;
};
// Of those created in the range: all, and the answered ones by their score. Counted by the store,
// so that no range is too long.
Result<int> CountCreatedIn(sql::Tx& tx, const Range& range);
Result<std::vector<ScoreCount>> CountScoresIn(sql::Tx& tx, const Range& range);

}  // namespace muara::feedback::store
