// What the feedback service says to callers over a real connection.
#include <future>

#include "libs/base/id.h"
#include "libs/rpc/read_audit.h"
#include "libs/rpc/rpc_fixture.h"
#include "muara/feedback/v1/surveys.pb.h"
#include "services/feedback/app/feedback_fixture.h"
#include "services/feedback/rpc/serve.h"

namespace muara::feedback {
namespace {

using rpc::Refusal;

class FeedbackRpcTest : public FeedbackTest {
 protected:
  void SetUp() override {
    FeedbackTest::SetUp();
    ServeSurveys(wire_.server(), *surveys_);
    rpc::ServeReads(keeper_.server(), [this](rpc::ReadNote note) -> Status {
      if (is_silent_) silence_.wait();
      if (!keeps_) return MakeError(Code::kUnavailable, "STORE_AWAY", "");
      notes_.push_back(std::move(note));
      return Ok();
    });
    keeper_.Start();
    at_keeper_ = keeper_.As("services/feedback", rpc::Role::kService);
    rpc::AuditReads(wire_.server(), rpc::KeptBy(*at_keeper_));
    wire_.Start();
    agent_ = wire_.As("agents/ann", rpc::Role::kAgent);
    public_ = wire_.As("public", rpc::Role::kPublic);
  }
  template <class Response, class Request>
  static Result<Response> Call(rpc::Client& client, const std::string& method,
                               const Request& request) {
    return client.Ask<Response>("muara.feedback.v1.Surveys/" + method, request);
  }

  // Where reads are kept.
  rpc::Wire keeper_;
  std::unique_ptr<rpc::Client> at_keeper_;
  std::vector<rpc::ReadNote> notes_;
  std::atomic<bool> keeps_{true};
  std::atomic<bool> is_silent_{false};  // answers only after the promise
  std::promise<void> silent_;
  std::shared_future<void> silence_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> agent_;
  std::unique_ptr<rpc::Client> public_;
};

TEST_P(FeedbackRpcTest, WhoHoldsTheLinkSeesAndAnswersNothingElse) {
  v1::AnswerSurveyRequest request;
  request.set_token(Ask("t1"));
  const auto answer = [&] { return Call<v1::PublicSurvey>(*public_, "AnswerSurvey", request); };
  EXPECT_EQ(Refusal(answer()), "INVALID_FIELDS score");
  request.set_score(4);
  request.set_comment(std::string(4097, 'x'));
  EXPECT_EQ(Refusal(answer()), "INVALID_FIELDS comment");
  request.set_comment(std::string("a\0b", 3));
  EXPECT_EQ(Refusal(answer()), "TEXT_WITH_NUL");
  request.set_comment("fine");
  EXPECT_EQ(answer()->state(), "ANSWERED");
  v1::GetSurveyByTokenRequest get;
  get.set_token(request.token());
  EXPECT_EQ(Call<v1::PublicSurvey>(*public_, "GetSurveyByToken", get)->score(), 4);
  clock_.Advance(SurveyPolicy().open_for + Duration(1));
  EXPECT_EQ(Call<v1::PublicSurvey>(*public_, "GetSurveyByToken", get)->state(), "EXPIRED");
  get.set_token("forged");
  EXPECT_EQ(Refusal(Call<v1::PublicSurvey>(*public_, "GetSurveyByToken", get)), "BAD_SURVEY_TOKEN");
  v1::ListSurveysRequest list;
  EXPECT_EQ(Call<v1::ListSurveysResponse>(*public_, "ListSurveys", list).error().code,
            Code::kPermissionDenied);
}

TEST_P(FeedbackRpcTest, WhoReadsCommentsIsKeptOrIsShownNone) {
  const std::string ticket = NewUuid();
  Ask(ticket);
  v1::ListSurveysRequest list;
  list.set_ticket_id(ticket);
  const auto listed = Call<v1::ListSurveysResponse>(*agent_, "ListSurveys", list);
  ASSERT_EQ(Refusal(listed), "OK");
  v1::GetSurveyRequest get;
  get.set_id(listed->surveys(0).id());
  ASSERT_EQ(Refusal(Call<v1::Survey>(*agent_, "GetSurvey", get)), "OK");
  ASSERT_EQ(notes_.size(), 2u);
  EXPECT_EQ(notes_[0].reader, "agents/ann");
  EXPECT_EQ(notes_[0].resource, ticket);
  EXPECT_EQ(notes_[1].method, "muara.feedback.v1.Surveys/GetSurvey");
  EXPECT_EQ(notes_[1].resource, get.id());
  keeps_ = false;
  EXPECT_EQ(Refusal(Call<v1::Survey>(*agent_, "GetSurvey", get)), "STORE_AWAY");
}

TEST_P(FeedbackRpcTest, ReadsWaitNotLongForAKeeperThatIsAwayOrSilent) {
  v1::GetSurveyRequest get;
  get.set_id(NewUuid());
  const auto refused = [&](const char* reason) {
    const auto begun = std::chrono::steady_clock::now();
    const auto got = Call<v1::Survey>(*agent_, "GetSurvey", get);
    EXPECT_EQ(Refusal(got), reason);
    EXPECT_EQ(got.error().code, Code::kUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  };
  silence_ = silent_.get_future().share();
  is_silent_ = true;
  refused("READ_NOT_KEPT");
  is_silent_ = false;
  silent_.set_value();
  keeper_.server().Drain(std::chrono::milliseconds(500));
  refused("PEER_UNAVAILABLE");
}

TEST_P(FeedbackRpcTest, ListsAndScoresCheckWhatTheyAreAsked) {
  for (const char* id : {"t1", "t2", "t3"}) Ask(id);
  v1::ListSurveysRequest request;
  const auto list = [&] { return Call<v1::ListSurveysResponse>(*agent_, "ListSurveys", request); };
  request.set_page_size(-1);
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS page_size");
  request.set_page_size(2);
  request.set_page_token(list()->next_page_token());
  EXPECT_EQ(list()->surveys_size(), 1);
  request.set_ticket_id("t1");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  v1::GetSurveyRequest get;
  get.set_id("none");
  EXPECT_EQ(Refusal(Call<v1::Survey>(*agent_, "GetSurvey", get)), "SURVEY_NOT_FOUND");

  v1::GetScoresRequest scores;
  EXPECT_EQ(Call<v1::Scores>(*agent_, "GetScores", scores).error().code, Code::kPermissionDenied);
  const auto supervisor = wire_.As("accounts/1", rpc::Role::kSupervisor);
  scores.mutable_from()->set_seconds(2);
  scores.mutable_to()->set_seconds(1);
  EXPECT_EQ(Refusal(Call<v1::Scores>(*supervisor, "GetScores", scores)), "INVALID_FIELDS from");
  scores.clear_from();
  scores.clear_to();
  clock_.Advance(Duration(1));
  EXPECT_EQ(Call<v1::Scores>(*supervisor, "GetScores", scores)->sent(), 3);
}

MUARA_ON_BOTH_ENGINES(FeedbackRpcTest);

}  // namespace
}  // namespace muara::feedback
