#include "services/feedback/domain/survey.h"

#include <gtest/gtest.h>

#include "libs/base/id.h"
#include "services/feedback/domain/token.h"

namespace muara::feedback {
namespace {

const Time kNow = FromMicros(1772348400000000);

Survey Answered(int score) {
  Survey survey;
  survey.expire_time = kNow + std::chrono::hours(1);
  EXPECT_TRUE(survey.Answer(score, "", "LINK", kNow).ok());
  return survey;
}

TEST(Survey, TakesTheLastAnswerUntilItEnds) {
  Survey survey = Answered(2);
  EXPECT_TRUE(survey.Answer(5, "better now", "MESSAGE", kNow).ok());
  EXPECT_EQ(survey.score, 5);
  EXPECT_EQ(survey.Answer(3, "", "LINK", kNow + std::chrono::hours(2)).error().reason,
            "SURVEY_EXPIRED");
  EXPECT_EQ(survey.score, 5);
  survey.End(kNow);
  EXPECT_FALSE(survey.Answer(3, "", "LINK", kNow + Duration(1)).ok());
}

TEST(Survey, RefusesWhatIsNotOnTheScale) {
  Survey survey = Answered(3);
  EXPECT_EQ(survey.Answer(0, "", "LINK", kNow).error().violations.at(0).field, "score");
  EXPECT_FALSE(survey.Answer(6, "", "LINK", kNow).ok());
  EXPECT_FALSE(survey.Answer(5, std::string(5000, 'x'), "LINK", kNow).ok());
}

TEST(Survey, OneAndTwoOfFiveAreBad) {
  for (int score = 1; score <= 5; ++score) EXPECT_EQ(Answered(score).IsBad(), score <= 2) << score;
  EXPECT_FALSE(Survey().IsBad()) << "no answer is no bad answer";
}

TEST(Csat, IsTheShareOfFoursAndFivesAmongAnswers) {
  const auto of = [](int score, int count) { return ScoreCount{kCsatScale, score, count}; };
  EXPECT_EQ(Csat({of(5, 3), of(4, 1), of(3, 2), of(1, 2)}), 0.5);
  EXPECT_EQ(MeanScore({of(5, 3), of(4, 1)}), 4.75);
  EXPECT_FALSE(Csat({}).has_value());
  EXPECT_FALSE(MeanScore({}).has_value());
}

TEST(SurveyToken, NamesItsSurveyAndCannotBeForged) {
  const SurveyTokens tokens({"new key", "old key"});
  const std::string id = NewUuid();
  const std::string token = tokens.Sign(id);
  EXPECT_EQ(tokens.Verify(token), id);
  EXPECT_EQ(tokens.Verify(SurveyTokens({"old key"}).Sign(id)), id) << "keys change without a gap";
  EXPECT_FALSE(SurveyTokens({"other"}).Verify(token).has_value());
  for (size_t i = 0; i < token.size() - 1; ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.Verify(changed).has_value()) << i;
  }
  for (const char* bad : {"", "x", "////"}) EXPECT_FALSE(tokens.Verify(bad).has_value());
}

}  // namespace
}  // namespace muara::feedback
