// Facts of the ticket service ask, answer and end surveys.
#include "services/feedback/app/feedback_fixture.h"

namespace muara::feedback {
namespace {

class FeedbackEventsTest : public FeedbackTest {
 protected:
  Status TellScore(const std::string& ticket, const std::string& survey, int score) {
    ticket::v1::MessageReceived fact;
    fact.mutable_ticket()->set_id(ticket);
    fact.mutable_interaction()->set_kind(ticket::v1::INTERACTION_KIND_SURVEY_ANSWER);
    fact.mutable_interaction()->set_survey_id(survey);
    fact.mutable_interaction()->set_survey_score(score);
    return ticket_->Tell(ticket, fact);
  }
  Status TellReopened(const std::string& ticket, const std::string& reason) {
    ticket::v1::TicketReopened fact;
    fact.mutable_ticket()->set_id(ticket);
    fact.mutable_cause()->set_reason(reason);
    return ticket_->Tell(ticket, fact);
  }
};

TEST_P(FeedbackEventsTest, AResolvedTicketAsksWhereTheContactWroteInTheirLanguage) {
  const std::string token = Ask("t1");
  const auto fact = LastFact<v1::SurveyRequested>("t1");
  EXPECT_EQ(fact.url(), "http://127.0.0.1:8080/s/" + token);
  EXPECT_EQ(fact.minimum(), 1);
  EXPECT_EQ(fact.maximum(), 5);
  EXPECT_EQ(fact.language(), "id");
  EXPECT_EQ(fact.endpoint(), "desk@muara.test");
  EXPECT_EQ(fact.recipients(0).value(), "sari@x.test");
  EXPECT_EQ(fact.in_reply_to(), "<last@x.test>");
  EXPECT_EQ(fact.references(0), "<older@x.test>");
  EXPECT_EQ(fact.ticket_reference(), "ABCDEFGHJK");
  EXPECT_EQ(fact.survey().contact_id(), "contact-1");
  EXPECT_EQ(fact.survey().question_version(), "csat.v1");
  EXPECT_EQ(Of(token).expire_time, clock_.Now() + SurveyPolicy().open_for);
}

TEST_P(FeedbackEventsTest, WhoCannotBeReachedIsNotAsked) {
  auto phone = Resolved("t1");
  phone.mutable_last_inbound()->set_channel(connector::v1::CHANNEL_PHONE);
  ASSERT_TRUE(ticket_->Tell("t1", phone).ok());
  auto silent = Resolved("t2");
  silent.clear_last_inbound();
  ASSERT_TRUE(ticket_->Tell("t2", silent).ok());
  EXPECT_EQ(FactTypes(), "");
}

TEST_P(FeedbackEventsTest, AScoreWrittenAsAMessageIsAnAnswer) {
  const std::string token = Ask("t1");
  ASSERT_TRUE(surveys_->Answer(token, 5, "a comment stays").ok());
  ASSERT_TRUE(TellScore("t1", Of(token).id, 2).ok());
  EXPECT_EQ(Of(token).score, 2);
  EXPECT_EQ(Of(token).answered_by, "MESSAGE");
  EXPECT_EQ(Of(token).comment, "a comment stays");
  EXPECT_TRUE(LastFact<v1::SurveyAnswered>("t1").bad());
  clock_.Advance(SurveyPolicy().open_for + Duration(1));
  ASSERT_TRUE(TellScore("t1", Of(token).id, 5).ok()) << "what comes too late is passed over";
  EXPECT_EQ(Of(token).score, 2);
  EXPECT_FALSE(TellScore("t9", "no survey of ours", 5).ok());
}

TEST_P(FeedbackEventsTest, ReopeningEndsTheSurvey) {
  const std::string one = Ask("t1"), two = Ask("t2"), three = Ask("t3");
  ASSERT_TRUE(TellReopened("t1", "AGENT").ok());
  EXPECT_EQ(surveys_->Answer(one, 5, "").error().reason, "SURVEY_EXPIRED");
  ticket::v1::MessageReceived message;
  message.mutable_ticket()->set_id("t2");
  ASSERT_TRUE(ticket_->Tell("t2", message).ok());
  EXPECT_TRUE(surveys_->Answer(two, 4, "").ok()) << "a message that reopens nothing";
  message.set_reopened(true);
  ASSERT_TRUE(ticket_->Tell("t2", message).ok());
  EXPECT_EQ(surveys_->Answer(two, 5, "").error().reason, "SURVEY_EXPIRED");
  EXPECT_TRUE(surveys_->Answer(three, 5, "").ok()) << "another ticket's";
}

TEST_P(FeedbackEventsTest, WhatIsPutAwayIsAskedAboutNoMore) {
  const std::string spam = Ask("t1"), deleted = Ask("t2"), merged = Ask("t3");
  ticket::v1::TicketMerged elsewhere;
  elsewhere.mutable_ticket()->set_id("t3");
  ASSERT_TRUE(ticket_->Tell("t3", elsewhere).ok());
  EXPECT_EQ(surveys_->Answer(merged, 5, "").error().reason, "SURVEY_EXPIRED");
  // A bad score reopens and leaves the survey open; then it turns out to be spam.
  ASSERT_TRUE(TellReopened("t1", "BAD_SCORE").ok());
  ticket::v1::TicketMarkedSpam marked;
  marked.mutable_ticket()->set_id("t1");
  ASSERT_TRUE(ticket_->Tell("t1", marked).ok());
  EXPECT_EQ(surveys_->Answer(spam, 5, "").error().reason, "SURVEY_EXPIRED");
  ticket::v1::TicketDeleted gone;
  gone.mutable_ticket()->set_id("t2");
  ASSERT_TRUE(ticket_->Tell("t2", gone).ok());
  EXPECT_EQ(surveys_->Answer(deleted, 5, "").error().reason, "SURVEY_EXPIRED");
}

TEST_P(FeedbackEventsTest, ReopenedByTheScoreItselfTheContactMayChangeTheirMind) {
  const std::string token = Ask("t1");
  ASSERT_TRUE(surveys_->Answer(token, 1, "").ok());
  ASSERT_TRUE(TellReopened("t1", "BAD_SCORE").ok());
  EXPECT_TRUE(surveys_->Answer(token, 4, "").ok());
}

TEST_P(FeedbackEventsTest, ResolvedAgainItAsksAnewAndTheOldLinkEnds) {
  const std::string first = Ask("t1");
  clock_.Advance(std::chrono::hours(1));
  const std::string second = Ask("t1");
  EXPECT_NE(first, second);
  EXPECT_EQ(surveys_->Answer(first, 5, "").error().reason, "SURVEY_EXPIRED");
  EXPECT_TRUE(surveys_->Answer(second, 5, "").ok());
}

TEST_P(FeedbackEventsTest, OfAnErasedContactTheScoreStays) {
  auto fact = Resolved("t1");
  fact.mutable_ticket()->set_subject("qzcanary printer");
  fact.mutable_last_inbound()->mutable_contact_points(0)->set_value("qzcanary@x.test");
  fact.mutable_last_inbound()->set_provider_message_id("<qzcanary@x.test>");
  ASSERT_TRUE(ticket_->Tell("t1", fact).ok());
  const std::string token = LastFact<v1::SurveyRequested>("t1").token();
  ASSERT_TRUE(surveys_->Answer(token, 2, "qzcanary is not pleased").ok());
  const std::string other = Ask("t2");
  EXPECT_GE(Holding("qzcanary").size(), 2u);
  ticket::v1::ContactErased erased;
  erased.add_ticket_ids("t1");
  ASSERT_TRUE(ticket_->Tell("contacts/c1", erased).ok());
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  EXPECT_TRUE(Holding(token).empty());
  EXPECT_EQ(Of(token).score, 2);
  EXPECT_EQ(LastFact<v1::SurveyAnswered>("t1").survey().score(), 2);
  EXPECT_EQ(surveys_->Answer(token, 5, "").error().reason, "SURVEY_EXPIRED");
  EXPECT_TRUE(surveys_->Answer(other, 5, "").ok());
}

MUARA_ON_BOTH_ENGINES(FeedbackEventsTest);

}  // namespace
}  // namespace muara::feedback
