#include "services/routing/store/survey.h"

#include <string>

namespace muara::routing::store {
namespace {

Result<int> CountOf(sql::Tx& tx, const std::string& from) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT COUNT(*) FROM (SELECT 1 FROM " + from +
                                                      " LIMIT $1) AS told_later",
                                                  kCommandsCountedMax));
  return static_cast<int>(rows[0].Int(0));
}

}  // namespace

Result<Survey> TakeSurvey(sql::Tx& tx) {
  Survey survey;
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT connection, status, COUNT(*) FROM agent GROUP BY connection, status"));
  for (const sql::Row& row : rows) {
    survey.agents[{static_cast<Connection>(row.Int(0)), static_cast<AgentStatus>(row.Int(1))}] =
        row.Int(2);
  }
  ASSIGN_OR_RETURN(survey.assigns, CountOf(tx, "assign_command"));
  ASSIGN_OR_RETURN(survey.flags, CountOf(tx, "flag_command"));
  ASSIGN_OR_RETURN(survey.unassigns, CountOf(tx, "lost_work WHERE request_id <> ''"));
  return survey;
}

}  // namespace muara::routing::store
