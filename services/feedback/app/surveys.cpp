#include "services/feedback/app/surveys.h"

#include "libs/base/id.h"
#include "services/feedback/wire/words.h"

namespace muara::feedback {
Status Surveys::RequestIn(sql::Tx& tx, Survey survey, wire::Invitation invitation) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(EndIn(tx, survey.ticket_id));
  survey.id = NewUuid();
  survey.scale = kCsatScale;
  survey.create_time = now;
  survey.expire_time = now + policy_.open_for;
  invitation.token = tokens_.Sign(survey.id);
  invitation.url = policy_.public_url + "/s/" + invitation.token;
  RETURN_IF_ERROR(store::Insert(tx, survey));
  return log_.Append(tx, wire::SurveyRequested(survey, invitation), now);
}

Status Surveys::EndIn(sql::Tx& tx, const std::string& ticket_id) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto open, store::ListOpenForChange(tx, ticket_id, now));
  for (Survey& survey : open) {
    // One microsecond ago, so that an answer at this very moment comes too late.
    survey.End(now - Duration(1));
    RETURN_IF_ERROR(store::Save(tx, survey));
  }
  return Ok();
}

Status Surveys::EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id) {
  RETURN_IF_ERROR(EndIn(tx, ticket_id));
  RETURN_IF_ERROR(store::DropComments(tx, ticket_id));
  return log_.RewriteAllOfKey(tx, ticket_id, wire::WithoutWords);
}

Status Surveys::AnswerIn(sql::Tx& tx, Survey& survey, int score, const std::string& comment,
                         const char* by) {
  const Time now = clock_.Now();
  if (survey.answer_time && survey.score == score && survey.comment == comment) return Ok();
  RETURN_IF_ERROR(survey.Answer(score, comment, by, now));
  RETURN_IF_ERROR(store::Save(tx, survey));
  return log_.Append(tx, wire::SurveyAnswered(survey), now);
}

Status Surveys::AnswerIn(sql::Tx& tx, const std::string& survey_id, int score) {
  auto survey = store::LoadForChange(tx, survey_id);
  if (!survey.ok()) return survey.error();
  const Status answered = AnswerIn(tx, *survey, score, survey->comment, "MESSAGE");
  const bool late = !answered.ok() && answered.error().reason == "SURVEY_EXPIRED";
  return late ? Ok() : answered;
}

Result<std::string> Surveys::IdOf(const std::string& token) const {
  const auto id = tokens_.Verify(token);
  if (id) return *id;
  return MakeError(Code::kNotFound, "BAD_SURVEY_TOKEN", "this link is not one of ours");
}

Result<Survey> Surveys::GetByToken(const std::string& token) {
  ASSIGN_OR_RETURN(const std::string id, IdOf(token));
  return Get(id);
}

Result<Survey> Surveys::Answer(const std::string& token, int score, const std::string& comment) {
  ASSIGN_OR_RETURN(const std::string id, IdOf(token));
  return database_.Transact([&](sql::Tx& tx) -> Result<Survey> {
    ASSIGN_OR_RETURN(Survey survey, store::LoadForChange(tx, id));
    RETURN_IF_ERROR(AnswerIn(tx, survey, score, comment, "LINK"));
    return survey;
  });
}

Result<Survey> Surveys::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::Load(tx, id); });
}

Result<std::vector<Survey>> Surveys::List(const std::string& ticket_id, int limit,
                                          const std::string& before) {
  return database_.Read([&](sql::Tx& tx) { return store::List(tx, ticket_id, limit, before); });
}

Result<Summary> Surveys::Scores(const store::Range& range) {
  return database_.Read([&](sql::Tx& tx) -> Result<Summary> {
    ASSIGN_OR_RETURN(const int sent, store::CountCreatedIn(tx, range));
    ASSIGN_OR_RETURN(const auto answers, store::CountScoresIn(tx, range));
    Summary summary{.sent = sent, .csat = Csat(answers), .mean_score = MeanScore(answers)};
    for (const ScoreCount& one : answers) summary.answered += one.count;
    return summary;
  });
}

}  // namespace muara::feedback
