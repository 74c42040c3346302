// What can be done with surveys, whoever asks. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/sql/database.h"
#include "services/feedback/domain/survey.h"
#include "services/feedback/domain/token.h"
#include "services/feedback/store/surveys.h"
#include "services/feedback/wire/events.h"

namespace muara::feedback {

struct SurveyPolicy {
  std::string public_url;  // what links begin with: "http://127.0.0.1:8080"
  Duration open_for = std::chrono::hours(24 * 14);
};

struct Summary {
  int sent = 0;
  int answered = 0;
  std::optional<double> csat;
  std::optional<double> mean_score;
};

class Surveys {
 public:
  Surveys(sql::Database& database, bus::EventLog& log, const Clock& clock, SurveyTokens tokens,
          SurveyPolicy policy)
      : database_(database),
        log_(log),
        clock_(clock),
        tokens_(std::move(tokens)),
        policy_(std::move(policy)) {}

  // In the consumer's transaction. Earlier surveys of the ticket end.
  Status RequestIn(sql::Tx& tx, Survey survey, wire::Invitation invitation);
  // The ticket is worked on again: its surveys end.
  Status EndIn(sql::Tx& tx, const std::string& ticket_id);
  // The ticket's surveys end, and what was written in answer goes, as do the addresses in the facts
  // told of them. Scores stay.
  Status EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id);
  // The contact wrote a score. What came too late is passed over.
  Status AnswerIn(sql::Tx& tx, const std::string& survey_id, int score);

  // BAD_SURVEY_TOKEN as NOT_FOUND, so that guessing teaches nothing.
  Result<Survey> GetByToken(const std::string& token);
  // The same answer again changes and tells nothing.
  Result<Survey> Answer(const std::string& token, int score, const std::string& comment);

  Result<Survey> Get(const std::string& id);
  Result<std::vector<Survey>> List(const std::string& ticket_id, int limit,
                                   const std::string& before);
  Result<Summary> Scores(const store::Range& range);
  Time now() const { return clock_.Now(); }

 private:
  Result<std::string> IdOf(const std::string& token) const;
  Status AnswerIn(sql::Tx& tx, Survey& survey, int score, const std::string& comment,
                  const char* by);

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  const SurveyTokens tokens_;
  const SurveyPolicy policy_;
};

}  // namespace muara::feedback
