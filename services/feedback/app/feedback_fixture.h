// The app of the feedback service over a store of its own, fed with facts, for tests.
#pragma once

#include "libs/bus/store_fixture.h"
#include "muara/feedback/v1/facts.pb.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/feedback/app/surveys.h"
#include "services/feedback/events/react.h"
#include "services/feedback/store/surveys.h"

namespace muara::feedback {

class FeedbackTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    Open("feedback", store::Migrate);
    surveys_ = NewSurveys({"a key"});
    ticket_ = std::make_unique<bus::Feed>(*database_, "ticket");
    OnTicketResolved(ticket_->consumer(), *surveys_);
    OnMessageReceived(ticket_->consumer(), *surveys_);
    OnTicketReopened(ticket_->consumer(), *surveys_);
    OnTicketPutAway(ticket_->consumer(), *surveys_);
    OnContactErased(ticket_->consumer(), *surveys_);
  }
  std::unique_ptr<Surveys> NewSurveys(const std::vector<std::string>& keys) {
    return std::make_unique<Surveys>(*database_, *log_, clock_, SurveyTokens(keys),
                                     SurveyPolicy{.public_url = "http://127.0.0.1:8080"});
  }

  static ticket::v1::TicketResolved Resolved(const std::string& id) {
    ticket::v1::TicketResolved fact;
    auto& ticket = *fact.mutable_ticket();
    ticket.set_id(id);
    ticket.set_reference("ABCDEFGHJK");
    ticket.set_subject("Printer tidak bisa dipakai, tolong dibantu segera");
    ticket.set_queue_id("general");
    ticket.set_assignee_agent_id("ann");
    ticket.set_contact_id("contact-1");
    auto& last = *fact.mutable_last_inbound();
    last.set_channel(connector::v1::CHANNEL_EMAIL);
    last.set_endpoint("desk@muara.test");
    last.set_conversation(id);
    last.set_provider_message_id("<last@x.test>");
    last.add_references("<older@x.test>");
    last.mutable_content()->set_text("Terima kasih banyak, tetapi printer saya masih rusak");
    auto& point = *last.add_contact_points();
    point.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
    point.set_value("sari@x.test");
    return fact;
  }
  // The ticket is resolved; the survey's token.
  std::string Ask(const std::string& id) {
    EXPECT_TRUE(ticket_->Tell(id, Resolved(id)).ok());
    return LastFact<v1::SurveyRequested>(id).token();
  }
  Survey Of(const std::string& token) {
    const auto survey = surveys_->GetByToken(token);
    EXPECT_TRUE(survey.ok());
    return survey.ok() ? *survey : Survey{};
  }

  std::unique_ptr<Surveys> surveys_;
  std::unique_ptr<bus::Feed> ticket_;
};

}  // namespace muara::feedback
