#include "services/feedback/wire/surveys.h"
#include "libs/rpc/request.h"
#include "libs/rpc/timestamp.h"
#include "services/feedback/rpc/serve.h"

namespace muara::feedback {
namespace {

constexpr Duration kRangeDefault = std::chrono::hours(24 * 30);

Result<v1::PublicSurvey> Public(const Surveys& surveys, const Result<Survey>& survey) {
  if (!survey.ok()) return survey.error();
  return wire::ToPublic(*survey, surveys.now());
}

Result<v1::ListSurveysResponse> List(Surveys& surveys, const v1::ListSurveysRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, surveys.List(request.ticket_id(), page.size + 1,
                                                  page.after.empty() ? "" : page.after[0]));
  v1::ListSurveysResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_surveys() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::Scores> Scores(Surveys& surveys, const v1::GetScoresRequest& request) {
  store::Range range{.to = request.has_to() ? rpc::FromTimestamp(request.to()) : surveys.now(),
                     .queue_id = request.queue_id(),
                     .agent_id = request.agent_id()};
  range.from = request.has_from() ? rpc::FromTimestamp(request.from()) : range.to - kRangeDefault;
  if (range.from > range.to) return InvalidFields({{"from", "is after `to`"}});
  ASSIGN_OR_RETURN(const Summary summary, surveys.Scores(range));
  v1::Scores response;
  response.set_sent(summary.sent);
  response.set_answered(summary.answered);
  response.set_csat_formula("csat.v1");
  if (summary.csat) response.set_csat(*summary.csat);
  if (summary.mean_score) response.set_mean_score(*summary.mean_score);
  return response;
}

}  // namespace

void ServeSurveys(rpc::Server& server, Surveys& surveys) {
  const std::string service = "muara.feedback.v1.Surveys/";
  server.Unary<v1::GetSurveyRequest, v1::Survey>(
      service + "GetSurvey",
      [&surveys](const rpc::Call&, const auto& request) -> Result<v1::Survey> {
        ASSIGN_OR_RETURN(const Survey survey, surveys.Get(request.id()));
        return wire::ToProto(survey);
      });
  server.Unary<v1::ListSurveysRequest, v1::ListSurveysResponse>(
      service + "ListSurveys",
      [&surveys](const rpc::Call&, const auto& request) { return List(surveys, request); });
  server.Unary<v1::GetSurveyByTokenRequest, v1::PublicSurvey>(
      service + "GetSurveyByToken", [&surveys](const rpc::Call&, const auto& request) {
        return Public(surveys, surveys.GetByToken(request.token()));
      });
  server.Unary<v1::AnswerSurveyRequest, v1::PublicSurvey>(
      service + "AnswerSurvey", [&surveys](const rpc::Call&, const auto& request) {
        return Public(surveys, surveys.Answer(request.token(), request.score(), request.comment()));
      });
  server.Unary<v1::GetScoresRequest, v1::Scores>(
      service + "GetScores",
      [&surveys](const rpc::Call&, const auto& request) { return Scores(surveys, request); });
}

}  // namespace muara::feedback
