// Answers by link, and the scores made of them.
#include "services/feedback/app/surveys.h"

#include "libs/base/id.h"
#include "services/feedback/app/feedback_fixture.h"

namespace muara::feedback {
namespace {

class SurveysTest : public FeedbackTest {};

TEST_P(SurveysTest, AnAnswerCountsOnceAndTheLastOneCounts) {
  const std::string token = Ask("t1");
  const auto answered = surveys_->Answer(token, 5, "lovely");
  ASSERT_TRUE(answered.ok()) << answered.error().message;
  EXPECT_EQ(answered->answered_by, "LINK");
  EXPECT_EQ(answered->answer_time, clock_.Now());
  auto fact = LastFact<v1::SurveyAnswered>("t1");
  EXPECT_FALSE(fact.bad());
  EXPECT_EQ(fact.survey().score(), 5);
  EXPECT_EQ(fact.survey().comment(), "lovely");
  EXPECT_EQ(fact.survey().agent_id(), "ann");
  EXPECT_EQ(surveys_->Answer(token, 5, "lovely")->version, answered->version);
  EXPECT_EQ(FactTypes("t1"), "SurveyRequested SurveyAnswered");
  ASSERT_TRUE(surveys_->Answer(token, 1, "on second thoughts").ok());
  fact = LastFact<v1::SurveyAnswered>("t1");
  EXPECT_TRUE(fact.bad());
  EXPECT_EQ(Of(token).score, 1);
}

TEST_P(SurveysTest, ABadScoreIsToldForTheLowerTwo) {
  for (int score = 1; score <= 5; ++score) {
    const std::string id = "t" + std::to_string(score);
    ASSERT_TRUE(surveys_->Answer(Ask(id), score, "").ok());
    EXPECT_EQ(LastFact<v1::SurveyAnswered>(id).bad(), score <= 2) << score;
  }
}

TEST_P(SurveysTest, WhatIsOffTheScaleOrTooLongIsRefusedAndTellsNothing) {
  const std::string token = Ask("t1");
  for (const int score : {0, 6, -1}) {
    EXPECT_EQ(surveys_->Answer(token, score, "").error().violations.at(0).field, "score");
  }
  const auto refused = surveys_->Answer(token, 3, std::string(4097, 'x'));
  EXPECT_EQ(refused.error().violations.at(0).field, "comment");
  EXPECT_EQ(FactTypes("t1"), "SurveyRequested");
  EXPECT_TRUE(surveys_->Answer(token, 3, std::string(4096, 'x')).ok());
}

TEST_P(SurveysTest, AfterItsEndOnlyTheSameAnswerIsTaken) {
  const std::string token = Ask("t1"), never = Ask("t2");
  ASSERT_TRUE(surveys_->Answer(token, 4, "").ok());
  clock_.Advance(SurveyPolicy().open_for);
  EXPECT_TRUE(surveys_->Answer(token, 5, "").ok()) << "its last moment";
  clock_.Advance(Duration(1));
  EXPECT_TRUE(surveys_->Answer(token, 5, "").ok()) << "said before";
  const auto late = surveys_->Answer(token, 1, "");
  EXPECT_EQ(late.error().reason, "SURVEY_EXPIRED");
  EXPECT_EQ(late.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(surveys_->Answer(never, 4, "").error().reason, "SURVEY_EXPIRED");
}

TEST_P(SurveysTest, OnlySignedLinksOpenASurvey) {
  std::string token = Ask("t1");
  const auto changed = [&](size_t at) {
    std::string other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    return other;
  };
  for (const std::string& forged : {std::string(), std::string("x"), changed(0), changed(30),
                                    token + "A", std::string(5000, 'A')}) {
    EXPECT_EQ(surveys_->GetByToken(forged).error().reason, "BAD_SURVEY_TOKEN");
    EXPECT_EQ(surveys_->Answer(forged, 5, "").error().code, Code::kNotFound);
  }
  // A signed id of no survey of ours says the same of its code.
  EXPECT_EQ(surveys_->GetByToken(SurveyTokens({"a key"}).Sign(NewUuid())).error().code,
            Code::kNotFound);
}

TEST_P(SurveysTest, LinksOutliveAChangeOfTheKey) {
  const std::string token = Ask("t1");
  EXPECT_TRUE(NewSurveys({"a newer key", "a key"})->Answer(token, 5, "").ok());
  EXPECT_EQ(NewSurveys({"a newer key"})->GetByToken(token).error().reason, "BAD_SURVEY_TOKEN");
}

TEST_P(SurveysTest, OneAnswerFromManyThreadsIsOneFact) {
  // Several rounds: in the first the store still makes its connections, one after the other.
  for (int round = 0; round < 5; ++round) {
    const std::string id = "t" + std::to_string(round), same = Ask(id);
    bus::AtOnce(8, [&](int) { EXPECT_TRUE(surveys_->Answer(same, 5, "").ok()); });
    EXPECT_EQ(FactTypes(id), "SurveyRequested SurveyAnswered");
  }
  const std::string token = Ask("t1");
  bus::AtOnce(5, [&](int i) { EXPECT_TRUE(surveys_->Answer(token, i + 1, "").ok()); });
  const auto last = LastFact<v1::SurveyAnswered>("t1");
  EXPECT_EQ(last.survey().score(), Of(token).score) << "the last fact is what is kept";
  EXPECT_EQ(last.survey().version(), Of(token).version);
}

TEST_P(SurveysTest, ScoresAreOfARangeAQueueAnAgent) {
  const store::Range all{.from = clock_.Now(), .to = clock_.Now() + std::chrono::hours(1)};
  EXPECT_FALSE(surveys_->Scores(all)->csat.has_value());
  for (const int score : {5, 4, 3, 1}) {
    ASSERT_TRUE(surveys_->Answer(Ask("t" + std::to_string(score)), score, "").ok());
  }
  Ask("silent");
  const Summary summary = *surveys_->Scores(all);
  EXPECT_EQ(summary.sent, 5);
  EXPECT_EQ(summary.answered, 4);
  EXPECT_DOUBLE_EQ(*summary.csat, 0.5);
  EXPECT_DOUBLE_EQ(*summary.mean_score, 3.25);
  store::Range other = all;
  other.queue_id = "billing";
  EXPECT_EQ(surveys_->Scores(other)->sent, 0);
  other.queue_id = "general";
  other.agent_id = "ann";
  EXPECT_EQ(surveys_->Scores(other)->sent, 5);
  other.to = other.from;
  EXPECT_EQ(surveys_->Scores(other)->sent, 0) << "the end is not part of it";
}

TEST_P(SurveysTest, ListsAreNewestFirstAndGoOn) {
  for (const char* id : {"t1", "t2", "t3"}) Ask(id);
  const auto page = *surveys_->List("", 2, "");
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].ticket_id, "t3");
  EXPECT_EQ(surveys_->List("", 2, page[1].id)->at(0).ticket_id, "t1");
  EXPECT_EQ(surveys_->List("t2", 2, "")->size(), 1u);
  EXPECT_EQ(surveys_->Get("none").error().reason, "SURVEY_NOT_FOUND");
}

MUARA_ON_BOTH_ENGINES(SurveysTest);

}  // namespace
}  // namespace muara::feedback
