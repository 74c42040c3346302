// Facts of other services become deliveries: what is asked of the connector, of whom, how often.
#include "muara/connector/v1/connector.pb.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/app/notification_fixture.h"

namespace muara::notification {
namespace {

class NotificationEventsTest : public NotificationTest {
 protected:
  void SetUp() override {
    NotificationTest::SetUp();
    ticket_ = std::make_unique<bus::Feed>(*database_, "ticket");
    OnReplyWritten(ticket_->consumer(), *deliveries_);
    OnTicketOpened(ticket_->consumer(), *deliveries_);
    OnSurveyOpened(ticket_->consumer(), *deliveries_);
    OnContactErased(ticket_->consumer(), *deliveries_, *webhook_deliveries_);
    OnWebhookRequested(ticket_->consumer(), *webhook_deliveries_);
  }

  static ticket::v1::TicketOpened Opened(const std::string& id, const std::string& from) {
    ticket::v1::TicketOpened fact;
    fact.mutable_ticket()->set_id(id);
    fact.mutable_ticket()->set_reference("ABCDEFGHJK");
    fact.mutable_ticket()->set_subject("Printer");
    auto& message = *fact.mutable_interaction();
    message.set_channel(connector::v1::CHANNEL_EMAIL);
    message.set_direction(ticket::v1::DIRECTION_INBOUND);
    message.set_origin(connector::v1::ORIGIN_HUMAN);
    message.set_endpoint("desk@muara.test");
    message.set_conversation(id);
    message.set_provider_message_id("<first@x.test>");
    message.add_contact_points()->set_value(from);
    message.mutable_content()->set_text("My printer does not work, please help me with it");
    fact.mutable_cause()->set_reason("CONTACT_WROTE");
    return fact;
  }
  std::vector<Delivery> All() { return *deliveries_->List("", 0, 100, ""); }
  static connector::v1::DeliverRequest RequestOf(const Delivery& delivery) {
    connector::v1::DeliverRequest request;
    EXPECT_TRUE(request.ParseFromString(delivery.request));
    return request;
  }

  std::unique_ptr<bus::Feed> ticket_;
};

TEST_P(NotificationEventsTest, AReplyGoesOutAsItWasWritten) {
  ticket::v1::ReplyWritten fact;
  fact.mutable_ticket()->set_id("t1");
  fact.mutable_ticket()->set_reference("ABCDEFGHJK");
  auto& reply = *fact.mutable_interaction();
  reply.set_id("i1");
  reply.set_channel(connector::v1::CHANNEL_CHAT);
  reply.set_direction(ticket::v1::DIRECTION_OUTBOUND);
  reply.set_endpoint("widget");
  reply.set_conversation("session-1");
  reply.set_author_name("Ann");
  reply.set_in_reply_to("<theirs@x.test>");
  reply.add_references("<older@x.test>");
  reply.add_contact_points()->set_value("visitor-1");
  reply.mutable_content()->set_text("hello");
  ASSERT_TRUE(ticket_->Tell("t1", fact).ok());
  const auto all = All();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].purpose, Purpose::kReply);
  EXPECT_EQ(all[0].channel, Channel::kChat);
  EXPECT_EQ(all[0].interaction_id, "i1");
  const auto request = RequestOf(all[0]);
  EXPECT_EQ(request.delivery_id(), all[0].id);
  EXPECT_EQ(request.conversation(), "session-1");
  EXPECT_EQ(request.in_reply_to(), "<theirs@x.test>");
  EXPECT_EQ(request.references(0), "<older@x.test>");
  EXPECT_EQ(request.recipients(0).value(), "visitor-1");
  EXPECT_EQ(request.content().text(), "hello");
  EXPECT_EQ(request.author_name(), "Ann");
}

TEST_P(NotificationEventsTest, APersonsFirstMailIsAcknowledgedOncePerSenderAndDay) {
  ASSERT_TRUE(ticket_->Tell("t1", Opened("t1", "sari@x.test")).ok());
  ASSERT_TRUE(ticket_->Tell("t2", Opened("t2", "sari@x.test")).ok());
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].purpose, Purpose::kAcknowledgement);
  const auto request = RequestOf(All()[0]);
  EXPECT_EQ(request.in_reply_to(), "<first@x.test>");
  EXPECT_NE(request.content().text().find("ABCDEFGHJK"), std::string::npos);
  ASSERT_TRUE(ticket_->Tell("t3", Opened("t3", "budi@x.test")).ok());
  EXPECT_EQ(All().size(), 2u);
  clock_.Advance(std::chrono::hours(24));
  ASSERT_TRUE(ticket_->Tell("t4", Opened("t4", "sari@x.test")).ok());
  EXPECT_EQ(All().size(), 3u);
}

TEST_P(NotificationEventsTest, MachinesAndOtherChannelsAreNeverAcknowledged) {
  for (int origin = connector::v1::ORIGIN_AUTO_REPLY; origin <= connector::v1::ORIGIN_OWN_LOOP;
       ++origin) {
    auto machine = Opened("m" + std::to_string(origin), "daemon@x.test");
    machine.mutable_interaction()->set_origin(static_cast<connector::v1::Origin>(origin));
    ASSERT_TRUE(ticket_->Tell(machine.ticket().id(), machine).ok());
  }
  auto chat = Opened("c1", "visitor-1");
  chat.mutable_interaction()->set_channel(connector::v1::CHANNEL_CHAT);
  ASSERT_TRUE(ticket_->Tell("c1", chat).ok());
  for (const char* reason : {"BAD_SCORE", "SPLIT"}) {
    auto ours = Opened(reason, "sari@x.test");
    ours.mutable_cause()->set_reason(reason);
    ASSERT_TRUE(ticket_->Tell(reason, ours).ok());
  }
  auto unsaid = Opened("u1", "sari@x.test");
  unsaid.mutable_interaction()->clear_contact_points();
  ASSERT_TRUE(ticket_->Tell("u1", unsaid).ok());
  EXPECT_EQ(All().size(), 0u);
}

TEST_P(NotificationEventsTest, ASurveyIsSentWithItsLinkAndChoices) {
  ticket::v1::SurveyOpened opened;
  opened.mutable_ticket()->set_open_survey_id("s1");
  auto& fact = *opened.mutable_request();
  fact.mutable_survey()->set_id("s1");
  fact.mutable_survey()->set_ticket_id("t1");
  fact.mutable_survey()->set_channel(connector::v1::CHANNEL_EMAIL);
  fact.set_url("http://127.0.0.1/s/token");
  fact.set_token("token");
  fact.set_minimum(1);
  fact.set_maximum(5);
  fact.set_language("id");
  fact.set_conversation("t1");
  fact.add_recipients()->set_value("sari@x.test");
  ASSERT_TRUE(ticket_->Tell("t1", opened).ok());
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].purpose, Purpose::kSurvey);
  const auto request = RequestOf(All()[0]);
  EXPECT_NE(request.content().text().find("http://127.0.0.1/s/token"), std::string::npos);
  EXPECT_EQ(request.choices().token(), "token");
  EXPECT_EQ(request.choices().maximum(), 5);
  EXPECT_EQ(request.purpose(), connector::v1::PURPOSE_SURVEY);
  EXPECT_NE(request.content().text().find("angka"), std::string::npos) << "or by the number";
  fact.mutable_survey()->set_id("s2");
  opened.mutable_ticket()->set_open_survey_id("s2");
  fact.mutable_survey()->set_channel(connector::v1::CHANNEL_CHAT);
  ASSERT_TRUE(ticket_->Tell("t2", opened).ok());
  for (const Delivery& delivery : All()) {
    if (delivery.channel != Channel::kChat) continue;
    EXPECT_EQ(RequestOf(delivery).content().text().find("http"), std::string::npos);
    EXPECT_EQ(RequestOf(delivery).choices().url(), "http://127.0.0.1/s/token");
  }
  EXPECT_EQ(All().size(), 2u);
  // Its ticket was closed before: a number would count for nothing.
  fact.mutable_survey()->set_id("s3");
  fact.mutable_survey()->set_channel(connector::v1::CHANNEL_EMAIL);
  fact.mutable_survey()->set_ticket_id("t3");
  ASSERT_TRUE(ticket_->Tell("t3", opened).ok());
  for (const Delivery& delivery : All()) {
    if (delivery.ticket_id != "t3") continue;
    EXPECT_EQ(RequestOf(delivery).content().text().find("angka"), std::string::npos);
    EXPECT_NE(RequestOf(delivery).content().text().find("http"), std::string::npos);
  }
}

TEST_P(NotificationEventsTest, WhatWasSentToAnErasedContactIsEmptied) {
  auto opened = Opened("t1", "qzcanary@x.test");
  opened.mutable_ticket()->set_subject("qzcanary printer");
  opened.mutable_interaction()->set_provider_message_id("<qzcanary@x.test>");
  ASSERT_TRUE(ticket_->Tell("t1", opened).ok());
  ticket::v1::ReplyWritten reply;
  reply.mutable_ticket()->set_id("t1");
  reply.mutable_interaction()->set_id("i1");
  reply.mutable_interaction()->set_channel(connector::v1::CHANNEL_CHAT);
  reply.mutable_interaction()->set_conversation("session qzcanary");
  reply.mutable_interaction()->add_contact_points()->set_value("qzcanary");
  reply.mutable_interaction()->mutable_content()->set_text("dear qzcanary");
  ASSERT_TRUE(ticket_->Tell("t1", reply).ok());
  ASSERT_TRUE(ticket_->Tell("t2", Opened("t2", "budi@x.test")).ok());
  // One has gone out, the other waits.
  const Delivery sent = All().back();
  const auto begun = Begin(sent.id);
  ASSERT_TRUE(begun.has_value());
  Finish(*begun, [](Delivery& delivery, Time now) { delivery.Accepted("<qzcanary>", now); });
  EXPECT_GE(Holding("qzcanary").size(), 4u);
  ticket::v1::ContactErased erased;
  erased.add_ticket_ids("t1");
  ASSERT_TRUE(ticket_->Tell("contacts/c1", erased).ok());
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  EXPECT_FALSE(Holding("budi@x.test").empty()) << "another's is as it was";
  EXPECT_EQ(Get(sent.id).state, DeliveryState::kAccepted);
  const auto of_ticket = *deliveries_->List("t1", 0, 10, "");
  ASSERT_EQ(of_ticket.size(), 2u);
  const Delivery& waited = of_ticket[0].id == sent.id ? of_ticket[1] : of_ticket[0];
  EXPECT_EQ(waited.state, DeliveryState::kFailed);
  EXPECT_EQ(deliveries_->Retry(waited.id, bus::KeyFor("again")).error().reason, "CONTACT_ERASED");
  EXPECT_EQ(RequestOf(waited).delivery_id(), waited.id);
  // What comes too late has nobody to go to.
  reply.mutable_interaction()->set_id("i2");
  reply.mutable_interaction()->clear_contact_points();
  ASSERT_TRUE(ticket_->Tell("t1", reply).ok());
  EXPECT_EQ(deliveries_->List("t1", 0, 10, "")->size(), 2u);
  ASSERT_TRUE(ticket_->Tell("contacts/c1", erased).ok()) << "told again it finds nothing to do";
}

ticket::v1::WebhookRequested Requested(const std::string& webhook_id, const std::string& reason) {
  ticket::v1::WebhookRequested fact;
  fact.mutable_ticket()->set_id("t1");
  fact.mutable_ticket()->set_subject("qzcanary \"printer\"");
  fact.mutable_ticket()->set_version(7);
  fact.mutable_cause()->set_actor("rules/urgent");
  fact.mutable_cause()->set_reason(reason);
  fact.set_webhook_id(webhook_id);
  fact.set_text("qzcanary waits");
  return fact;
}

TEST_P(NotificationEventsTest, AWebhookIsSentTheTicketAsTheApiHasItAndWhy) {
  const std::string webhook = Make().webhook.id;
  ASSERT_TRUE(ticket_->Tell("t1", Requested(webhook, "RULE")).ok());
  ASSERT_TRUE(ticket_->Tell("t1", Requested(webhook, "MACRO")).ok());
  const auto due = *webhook_deliveries_->ListDue(10);
  ASSERT_EQ(due.size(), 2u);
  std::map<std::string, std::string> payloads;
  for (const std::string& id : due) {
    const auto begun = *webhook_deliveries_->Begin(id);
    ASSERT_TRUE(begun.has_value());
    EXPECT_EQ(begun->delivery.ticket_id, "t1");
    payloads[begun->delivery.type] = begun->delivery.payload;
  }
  const std::string& payload = payloads["ticket.rule"];
  for (const char* part :
       {R"({"type":"ticket.rule",)", R"("data":{"eventId":")", R"("sequence":1,)",
        R"("ticket":{"id":"t1",)", R"("subject":"qzcanary \"printer\"")", R"("version":7)",
        R"("actor":"rules/urgent")", R"("text":"qzcanary waits")"}) {
    EXPECT_NE(payload.find(part), std::string::npos) << part << payload;
  }
  EXPECT_NE(payloads["ticket.macro"].find(R"("sequence":2,)"), std::string::npos);
}

TEST_P(NotificationEventsTest, AWebhookThatIsNotCalledFailsVisiblyAtOnce) {
  Webhook disabled = To();
  disabled.state = WebhookState::kDisabled;
  const std::string webhook = Make(disabled).webhook.id;
  ASSERT_TRUE(ticket_->Tell("t1", Requested(webhook, "RULE")).ok());
  ASSERT_TRUE(ticket_->Tell("t1", Requested("nobody", "RULE")).ok());
  const auto failed =
      *webhook_deliveries_->List("", static_cast<int>(WebhookDeliveryState::kFailed), 10, nullptr);
  ASSERT_EQ(failed.size(), 2u);
  std::set<std::string> reasons = {failed[0].reason, failed[1].reason};
  EXPECT_EQ(reasons, (std::set<std::string>{"UNKNOWN_WEBHOOK", "WEBHOOK_DISABLED"}));
  EXPECT_TRUE(webhook_deliveries_->ListDue(10)->empty());
}

TEST_P(NotificationEventsTest, OfAnErasedContactWebhooksKeepAndSendNothing) {
  const std::string webhook = Make().webhook.id;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(ticket_->Tell("t1", Requested(webhook, "RULE")).ok());
  }
  const auto due = *webhook_deliveries_->ListDue(10);
  ASSERT_EQ(due.size(), 3u);
  const auto done = *webhook_deliveries_->Begin(due[0]);
  const auto under_way = *webhook_deliveries_->Begin(due[1]);
  const Response said = ResponseOf(200, "thank you, qzcanary", 0);
  ASSERT_TRUE(webhook_deliveries_->Finish(done->delivery, said, 0).ok());
  Ask(webhook, "another", "t2");
  EXPECT_FALSE(Holding("qzcanary").empty());
  ticket::v1::ContactErased erased;
  erased.add_ticket_ids("t1");
  ASSERT_TRUE(ticket_->Tell("contacts/c1", erased).ok());
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  // A receiver that answers only now says nothing that is kept.
  ASSERT_TRUE(webhook_deliveries_->Finish(under_way->delivery, said, 0).ok());
  EXPECT_TRUE(Holding("qzcanary").empty());
  EXPECT_EQ(Call(due[0]).state, WebhookDeliveryState::kSucceeded);
  for (const std::string& id : {due[1], due[2]}) {
    EXPECT_EQ(Call(id).state, WebhookDeliveryState::kFailed);
    EXPECT_EQ(Call(id).reason, "CONTACT_ERASED");
    EXPECT_EQ(webhook_deliveries_->Redeliver(id, bus::KeyFor("r" + id)).error().reason,
              "CONTACT_ERASED");
  }
  EXPECT_EQ(*webhook_deliveries_->ListDue(10), std::vector<std::string>{"another"});
}

MUARA_ON_BOTH_ENGINES(NotificationEventsTest);

}  // namespace
}  // namespace muara::notification
