// Facts of the ticket service free agents, withdraw offers and bring work back.
#include "muara/ticket/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/events/react.h"

namespace muara::routing {
namespace {

using namespace muara::ticket::v1;  // NOLINT: the facts that are told

class RoutingEventsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    feed_ = std::make_unique<bus::Feed>(*database_, "ticket");
    OnTicketFacts(feed_->consumer(), one_->work);
    OnCalendarFacts(feed_->consumer(), one_->calendars);
    AddAgent("ann");
    Tell<TicketOpened>("t1", TICKET_STATUS_NEW);
  }
  template <class Fact>
  void Tell(const std::string& id, TicketStatus status, const std::string& assignee = "") {
    Fact fact;
    fact.mutable_ticket()->set_id(id);
    fact.mutable_ticket()->set_status(status);
    fact.mutable_ticket()->set_queue_id("general");
    fact.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
    fact.mutable_ticket()->set_assignee_agent_id(assignee);
    if constexpr (std::is_same_v<Fact, MessageReceived>) fact.set_reopened(true);
    const Status told = feed_->Tell(id, fact);
    ASSERT_TRUE(told.ok()) << told.error().message;
  }

  std::unique_ptr<bus::Feed> feed_;
};

TEST_P(RoutingEventsTest, WhatLeavesWorkFreesItsAgentAndComesBackByReopening) {
  const auto leaves = [&](auto tell, ItemStatus left) {
    Accepted("t1");
    EXPECT_EQ(GetAgent("ann").used(), 1);
    tell();
    EXPECT_EQ(Get("t1").status, left);
    EXPECT_EQ(GetAgent("ann").used(), 0);
    Tell<TicketReopened>("t1", TICKET_STATUS_OPEN, "ann");
    EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
    EXPECT_EQ(Get("t1").preferred_agent_id, "ann");
  };
  leaves([&] { Tell<TicketPended>("t1", TICKET_STATUS_PENDING, "ann"); }, ItemStatus::kParked);
  leaves([&] { Tell<TicketHeld>("t1", TICKET_STATUS_ON_HOLD, "ann"); }, ItemStatus::kParked);
  leaves([&] { Tell<TicketSnoozed>("t1", TICKET_STATUS_SNOOZED, "ann"); }, ItemStatus::kParked);
  leaves([&] { Tell<TicketResolved>("t1", TICKET_STATUS_RESOLVED, "ann"); }, ItemStatus::kDone);
  leaves([&] { Tell<TicketMarkedSpam>("t1", TICKET_STATUS_SPAM, "ann"); }, ItemStatus::kDone);
  leaves([&] { Tell<TicketMerged>("t1", TICKET_STATUS_MERGED, "ann"); }, ItemStatus::kDone);
  leaves([&] { Tell<TicketDeleted>("t1", TICKET_STATUS_DELETED, "ann"); }, ItemStatus::kDone);
  ExpectCapacityIsRight();
}

TEST_P(RoutingEventsTest, WhatLeavesWorkWithdrawsItsOffer) {
  const auto withdraws = [&](auto tell) {
    Step();
    const Offer offer = Pending("t1");
    tell();
    EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
    EXPECT_EQ(GetAgent("ann").used(), 0);
    Step();
    EXPECT_EQ(PendingCount(), 0u);
    Tell<MessageReceived>("t1", TICKET_STATUS_OPEN);
  };
  withdraws([&] { Tell<TicketPended>("t1", TICKET_STATUS_PENDING); });
  withdraws([&] { Tell<TicketHeld>("t1", TICKET_STATUS_ON_HOLD); });
  withdraws([&] { Tell<TicketSnoozed>("t1", TICKET_STATUS_SNOOZED); });
  withdraws([&] { Tell<TicketMarkedSpam>("t1", TICKET_STATUS_SPAM); });
  withdraws([&] { Tell<TicketMerged>("t1", TICKET_STATUS_MERGED); });
  withdraws([&] { Tell<TicketDeleted>("t1", TICKET_STATUS_DELETED); });
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(RoutingEventsTest, ReopenedWorkOfOneWhoIsAwayGoesToAnother) {
  Accepted("t1");
  Tell<TicketSnoozed>("t1", TICKET_STATUS_SNOOZED, "ann");
  SetPresence("ann", AgentStatus::kAway);
  AddAgent("bob");
  Tell<TicketReopened>("t1", TICKET_STATUS_OPEN, "ann");
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "bob");
}

TEST_P(RoutingEventsTest, EscalatedWorkLeavesItsAgentAndWaitsInTheOtherQueue) {
  AddAgent("zoe", 4, {"second"});
  const auto escalate = [&](const std::string& queue) {
    TicketEscalated fact;
    fact.mutable_ticket()->set_id("t1");
    fact.mutable_ticket()->set_status(TICKET_STATUS_OPEN);
    fact.mutable_ticket()->set_queue_id(queue);
    fact.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
    ASSERT_TRUE(feed_->Tell("t1", fact).ok());
  };
  Accepted("t1");
  escalate("second");
  EXPECT_EQ(GetAgent("ann").used(), 0);
  Step();
  const Offer offer = Pending("t1");
  EXPECT_EQ(offer.agent_id, "zoe");
  escalate("general");
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
  Tell<TicketHeld>("t1", TICKET_STATUS_ON_HOLD);
  escalate("second");
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked) << "what waits goes on waiting";
  ExpectCapacityIsRight();
}

TEST_P(RoutingEventsTest, WhatWaitsIsDueWhenTheLastFactOfItsTicketSays) {
  const auto tell = [&](auto fact, int64_t due_seconds) {
    fact.mutable_ticket()->set_id("t1");
    fact.mutable_ticket()->set_status(TICKET_STATUS_OPEN);
    fact.mutable_ticket()->set_queue_id("general");
    fact.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
    if (due_seconds > 0) fact.mutable_ticket()->mutable_next_due_time()->set_seconds(due_seconds);
    ASSERT_TRUE(feed_->Tell("t1", fact).ok());
    EXPECT_EQ(ToMicros(Get("t1").due_time), due_seconds * 1'000'000) << fact.GetTypeName();
  };
  EXPECT_EQ(Get("t1").due_time, Time());
  int64_t due = 1'800'000'000;
  tell(TicketChanged(), ++due);
  tell(ReplyWritten(), ++due);
  tell(NoteAdded(), ++due);
  tell(MessageReceived(), ++due);
  tell(TicketSplit(), ++due);
  tell(InteractionCopied(), ++due);
  tell(TicketLinked(), ++due);
  tell(TicketUnlinked(), ++due);
  tell(SurveyOpened(), ++due);
  tell(WebhookRequested(), ++due);
  tell(TicketEscalated(), ++due);
  tell(TicketChanged(), 0);
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
}

TEST_P(RoutingEventsTest, WorkOfALostAgentWaitsAtItsOldPlace) {
  Queue queue;
  queue.id = "calm";
  queue.display_name = "Calm";
  ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  const Time enqueued = Get("t1").enqueue_time;
  const auto unassign = [&](const std::string& to_queue, const char* reason) {
    TicketUnassigned fact;
    fact.mutable_ticket()->set_id("t1");
    fact.mutable_ticket()->set_status(TICKET_STATUS_OPEN);
    fact.mutable_ticket()->set_queue_id(to_queue);
    fact.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
    fact.mutable_cause()->set_reason(reason);
    fact.set_from_agent_id("ann");
    ASSERT_TRUE(feed_->Tell("t1", fact).ok());
  };
  clock_.Advance(std::chrono::minutes(1));
  Accepted("t1");
  unassign("general", "AGENT_LOST");
  EXPECT_EQ(Get("t1").enqueue_time, enqueued);
  EXPECT_EQ(Get("t1").preferred_agent_id, "ann");
  EXPECT_EQ(Get("t1").reason, "AGENT_LOST");
  EXPECT_EQ(GetAgent("ann").used(), 0);
  Accepted("t1");
  unassign("calm", "AGENT_LOST");
  EXPECT_EQ(Get("t1").queue_id, "calm") << "moved meanwhile";
  unassign("general", "AGENT");
  Accepted("t1");
  unassign("general", "AGENT");
  EXPECT_EQ(Get("t1").enqueue_time, clock_.Now()) << "given back by hand: a new wait";
  Tell<TicketPended>("t1", TICKET_STATUS_PENDING);
  unassign("general", "AGENT_LOST");
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked);
  ExpectCapacityIsRight();
}

TEST_P(RoutingEventsTest, RestoringBringsBackWorkOrWaiting) {
  Tell<TicketDeleted>("t1", TICKET_STATUS_DELETED);
  Tell<TicketRestored>("t1", TICKET_STATUS_ON_HOLD, "ann");
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked);
  Tell<TicketAssigned>("t1", TICKET_STATUS_ON_HOLD, "ann");
  EXPECT_EQ(GetAgent("ann").used(), 0) << "what waits is nobody's load";
  Tell<TicketMerged>("t1", TICKET_STATUS_MERGED);
  Tell<TicketUnmerged>("t1", TICKET_STATUS_OPEN);
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(RoutingEventsTest, WhatHasExpiredIsWorkAgainWhenItsContactWrites) {
  const auto changed = one_->people.UpdateQueue("general", Key(), 0, [](Queue& queue) {
    queue.max_wait_seconds = 1;
    queue.max_wait_action = MaxWaitAction::kExpire;
  });
  ASSERT_TRUE(changed.ok());
  SetPresence("ann", AgentStatus::kAway);
  Step();
  clock_.Advance(std::chrono::seconds(1));
  Step();
  ASSERT_EQ(Get("t1").status, ItemStatus::kExpired);
  Tell<TicketChanged>("t1", TICKET_STATUS_OPEN);
  EXPECT_EQ(Get("t1").status, ItemStatus::kExpired);
  MessageReceived written;
  written.mutable_ticket()->set_id("t1");
  written.mutable_ticket()->set_status(TICKET_STATUS_OPEN);
  written.mutable_ticket()->set_queue_id("general");
  written.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
  ASSERT_TRUE(feed_->Tell("t1", written).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
}

TEST_P(RoutingEventsTest, BusinessCalendarsAreFollowed) {
  BusinessCalendarChanged told;
  BusinessCalendar& office = *told.mutable_calendar();
  office.set_id("office");
  office.set_time_zone("Europe/Berlin");
  auto* monday = office.add_days();
  monday->set_weekday(WEEKDAY_MONDAY);
  auto* hours = monday->add_hours();
  hours->set_from("09:00");
  hours->set_to("24:00");
  ASSERT_TRUE(feed_->Tell("businessCalendars/office", told).ok());
  const auto take = [&] {
    const auto taken = one_->people.UpdateQueue("general", Key(), 0,
                                                [](Queue& queue) { queue.calendar_id = "office"; });
    return taken.ok() ? ToRfc3339(taken->NextChange(clock_.Now()).value_or(Time()))
                      : taken.error().reason;
  };
  EXPECT_EQ(take(), "2026-03-02T08:00:00.000Z") << "it is Sunday";
  hours->set_from("10:00");
  ASSERT_TRUE(feed_->Tell("businessCalendars/office", told).ok());
  EXPECT_EQ(take(), "2026-03-02T09:00:00.000Z");
  BusinessCalendarDeleted gone;
  *gone.mutable_calendar() = office;
  ASSERT_TRUE(feed_->Tell("businessCalendars/office", gone).ok());
  EXPECT_EQ(take(), "2026-03-02T09:00:00.000Z") << "what it has it keeps";
  Queue other{.id = "other", .display_name = "Other", .calendar_id = "office"};
  EXPECT_EQ(one_->people.CreateQueue(other, Key()).error().reason, "CALENDAR_NOT_FOUND");
}

TEST_P(RoutingEventsTest, WhatTheWorkOfAnErasedContactIsAboutGoes) {
  TicketOpened opened;
  opened.mutable_ticket()->set_id("t2");
  opened.mutable_ticket()->set_subject("qzcanary printer");
  opened.mutable_ticket()->set_queue_id("general");
  opened.mutable_ticket()->set_channel(connector::v1::CHANNEL_EMAIL);
  ASSERT_TRUE(feed_->Tell("t2", opened).ok());
  Step();
  const std::string offer = Pending("t2").id;
  EXPECT_GE(Holding("qzcanary").size(), 3u);
  ContactErased erased;
  erased.add_ticket_ids("t2");
  erased.add_ticket_ids("a ticket that was never work");
  ASSERT_TRUE(feed_->Tell("contacts/c1", erased).ok());
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  EXPECT_EQ(GetOffer(offer).status, OfferStatus::kPending) << "the work itself stays";
}

MUARA_ON_BOTH_ENGINES(RoutingEventsTest);

}  // namespace
}  // namespace muara::routing
