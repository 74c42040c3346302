// Queues that open and close, and work that waits too long.
#include "libs/bus/sequencer.h"
#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/flagger.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/app/waits.h"
#include "services/routing/domain/hours_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// The clock of tests begins at 07:00.
constexpr int kSeven = 7 * 60;

class HoursTest : public RoutingTest {
 protected:
  void SetCalendar(const std::string& id, const std::vector<Hours>& hours) {
    Calendar calendar{.id = id, .display_name = "Office", .time_zone = "UTC"};
    calendar.week.fill(hours);
    Take(calendar);
  }
  void Take(const Calendar& calendar) {
    const Status taken =
        database_->Transact([&](sql::Tx& tx) { return one_->calendars.ChangedIn(tx, calendar); });
    ASSERT_TRUE(taken.ok()) << taken.error().message;
  }
  void DeleteCalendar(const std::string& id) {
    ASSERT_TRUE(
        database_->Transact([&](sql::Tx& tx) { return one_->calendars.DeletedIn(tx, id); }).ok());
  }
  void MakeQueue(const std::string& id, const std::function<void(Queue&)>& set) {
    Queue queue{.id = id, .display_name = id};
    set(queue);
    const auto made = one_->people.CreateQueue(queue, Key());
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  std::string Change(const std::string& id, const std::function<void(Queue&)>& set) {
    const auto changed = one_->people.UpdateQueue(id, Key(), 0, set);
    return changed.ok() ? "OK" : changed.error().reason;
  }
  std::string Flagged() {
    std::string out;
    for (const auto& one :
         *database_->Read([](sql::Tx& tx) { return store::ListFlags(tx, 100); })) {
      out += one.ticket_id + ": " + one.note + "\n";
    }
    return out;
  }
};

TEST_P(HoursTest, WhatWaitsIsOfferedWhenItsQueueOpensAndTheOfferStandsWhenItCloses) {
  SetCalendar("office", {{kSeven + 10, kSeven + 20}});
  MakeQueue("general", [](Queue& queue) { queue.calendar_id = "office"; });
  AddAgent("ann", 1);
  Open("t1");
  Open("t2");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  clock_.Advance(minutes(10));
  Step();
  const Offer offer = Pending("t1");
  clock_.Advance(seconds(599));
  Step();
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kTimedOut);
  Step();
  const Offer second = Pending("t2");
  clock_.Advance(seconds(1));
  Step();
  const auto accepted = one_->offers.Accept(second.id, Key(), {});
  EXPECT_TRUE(accepted.ok()) << "made before it closed";
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t2")).ok());
  clock_.Advance(minutes(2));
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued) << "closed";
}

TEST_P(HoursTest, AChangeOfACalendarIsAChangeOfItsQueues) {
  SetCalendar("office", {});
  SetCalendar("shop", {});
  for (const char* id : {"general", "second"}) {
    MakeQueue(id, [](Queue& queue) { queue.calendar_id = "office"; });
  }
  MakeQueue("third", [](Queue& queue) { queue.calendar_id = "shop"; });
  const auto two = NewReplica();
  EXPECT_FALSE(two->people.GetQueue("general")->OpenAt(clock_.Now()));
  AddAgent("ann");
  Open("t1");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  SetCalendar("office", {{0, 1440}});
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
  EXPECT_TRUE(two->people.GetQueue("general")->OpenAt(clock_.Now()));
  EXPECT_EQ(FactTypes("queues/second"), "QueueChanged QueueChanged");
  EXPECT_EQ(FactTypes("queues/third"), "QueueChanged") << "of another calendar";
  const auto fact = LastFact<v1::QueueChanged>("queues/second");
  EXPECT_EQ(fact.queue().version(), 2);
  EXPECT_EQ(fact.hours().days_size(), 7);
}

TEST_P(HoursTest, HoursAreKeptAsTheyWereTold) {
  Calendar calendar{.id = "office", .display_name = "Office", .time_zone = "Asia/Jakarta"};
  calendar.week[0] = {{480, 720}, {780, 1440}};
  calendar.week[6] = {{0, 1}};
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(clock_.Now());
  calendar.holidays = {{day, "Day off", {}}, {day + std::chrono::days(1), "Half", {{600, 660}}}};
  Take(calendar);
  MakeQueue("general", [](Queue& queue) { queue.calendar_id = "office"; });
  EXPECT_TRUE(HasSameHours(one_->people.GetQueue("general")->hours->calendar, calendar));
  calendar.time_zone = "Mars/Olympus";
  Take(calendar);
  EXPECT_EQ(one_->people.GetQueue("general")->hours->calendar.time_zone, "Asia/Jakarta")
      << "what cannot be reckoned with is passed over";
}

TEST_P(HoursTest, ACalendarMustBeKnownAndItsLastHoursOutliveIt) {
  Queue queue{.id = "general", .display_name = "General", .calendar_id = "office"};
  const auto refused = one_->people.CreateQueue(queue, Key());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "CALENDAR_NOT_FOUND");
  EXPECT_EQ(refused.error().metadata.at(0).second, "office");
  SetCalendar("office", {});
  MakeQueue("general", [](Queue& one) { one.calendar_id = "office"; });
  MakeQueue("second", [](Queue&) {});
  DeleteCalendar("office");
  DeleteCalendar("one that was never told of");
  const auto take = [](Queue& one) { one.calendar_id = "office"; };
  EXPECT_EQ(Change("second", take), "CALENDAR_NOT_FOUND");
  EXPECT_EQ(Change("general", [](Queue& one) { one.tier = 2; }), "OK") << "it keeps its own";
  EXPECT_FALSE(one_->people.GetQueue("general")->OpenAt(clock_.Now()));
  Explanations explanations(*database_, *log_, clock_, one_->policy, one_->hours);
  const auto found = explanations.Lint();
  EXPECT_EQ(std::count_if(found->begin(), found->end(),
                          [](const Finding& one) { return one.code == "CALENDAR_DELETED"; }),
            1);
  SetCalendar("office", {{0, 1440}});
  EXPECT_EQ(Change("second", take), "OK") << "made again";
  EXPECT_TRUE(one_->people.GetQueue("general")->OpenAt(clock_.Now()));
  EXPECT_EQ(Change("general", [](Queue& one) { one.calendar_id.clear(); }), "OK");
  EXPECT_EQ(one_->people.GetQueue("general")->hours, nullptr);
}

TEST_P(HoursTest, AClosedQueueSendsItsWorkToTheOverflowQueue) {
  SetCalendar("office", {{kSeven, kSeven + 10}});
  MakeQueue("night", [](Queue&) {});
  MakeQueue("general", [](Queue& queue) {
    queue.calendar_id = "office";
    queue.closed_hours = ClosedHours::kOverflow;
    queue.overflow_queue_id = "night";
  });
  Open("t1");
  Step();
  EXPECT_EQ(Get("t1").queue_id, "general");
  const Time enqueued = Get("t1").enqueue_time;
  clock_.Advance(minutes(10));
  Step();
  EXPECT_EQ(Get("t1").queue_id, "night");
  EXPECT_EQ(Get("t1").enqueue_time, enqueued);
  Open("t2");
  Step();
  EXPECT_EQ(Get("t2").queue_id, "night");
  clock_.Advance(std::chrono::hours(24) - minutes(10));
  Step();
  EXPECT_EQ(Get("t1").queue_id, "night") << "it does not come back";
  EXPECT_FALSE(*one_->work.EndWait("t1", 1));
}

TEST_P(HoursTest, ExplainsByTheHoursOfThen) {
  SetCalendar("office", {{kSeven, kSeven + 10}});
  MakeQueue("general", [](Queue& queue) { queue.calendar_id = "office"; });
  AddAgent("ann");
  Open("t1");
  const Time open = clock_.Now();
  clock_.Advance(minutes(10));
  const Time closed = clock_.Now();
  Explanations explanations(*database_, *log_, clock_, one_->policy, one_->hours);
  const auto said = [](const Result<Explained>& explained) {
    std::string out;
    for (const Hindrance& one : explained->explanations.at(0).hindrances) {
      out += one.code + " " + one.detail;
    }
    return out;
  };
  const std::string why = "QUEUE_CLOSED the queue general is closed until 2026-03-02T07:00:00.000Z";
  EXPECT_EQ(said(explanations.Now("t1", "ann")), why);
  clock_.Advance(minutes(1));
  SetCalendar("office", {{0, 1440}});
  while (*bus::Sequence(*database_) > 0) {
  }
  clock_.Advance(minutes(1));
  EXPECT_EQ(said(explanations.At("t1", "ann", open)), "");
  EXPECT_EQ(said(explanations.At("t1", "ann", closed)), why);
  EXPECT_EQ(said(explanations.At("t1", "ann", clock_.Now())), "");
}

TEST_P(HoursTest, NoWaitIsEstimatedWhileTheQueueIsClosed) {
  SetCalendar("office", {{kSeven + 10, kSeven + 20}});
  MakeQueue("general", [](Queue& queue) { queue.calendar_id = "office"; });
  AddAgent("ann");
  Open("t1");
  Waits waits(*database_, clock_, one_->policy, one_->hours);
  const auto wait = waits.Of("t1");
  ASSERT_TRUE(wait.ok());
  EXPECT_EQ(wait->unknown_reason, "QUEUE_CLOSED");
  EXPECT_EQ(wait->able_agents, 1);
  EXPECT_EQ(ToRfc3339(*wait->opens), "2026-03-01T07:10:00.000Z");
  clock_.Advance(minutes(10));
  EXPECT_EQ(waits.Of("t1")->unknown_reason, "TOO_FEW_SERVED");
  EXPECT_EQ(waits.Of("t1")->opens, std::nullopt);
}

TEST_P(HoursTest, ASupervisorIsToldOnceOfEachWaitThatIsTooLong) {
  MakeQueue("general", [](Queue& queue) { queue.max_wait_seconds = 60; });
  Open("t1");
  Step();
  clock_.Advance(seconds(59));
  Step();
  EXPECT_EQ(Flagged(), "");
  clock_.Advance(seconds(1));
  Step();
  const std::string note = "t1: waited longer than 60 s in the queue general\n";
  EXPECT_EQ(Flagged(), note);
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOverdue");
  AddAgent("ann");
  Step();
  clock_.Advance(seconds(30));
  Step();
  ASSERT_EQ(Get("t1").status, ItemStatus::kQueued) << "back from an offer";
  clock_.Advance(seconds(29));
  Step();
  EXPECT_EQ(Flagged(), note) << "the same wait";
  SetPresence("ann", AgentStatus::kAway);
  ASSERT_TRUE(React(&Work::ParkedIn, Ticket("t1")).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  clock_.Advance(seconds(59));
  Step();
  EXPECT_EQ(Flagged(), note);
  clock_.Advance(seconds(1));
  Step();
  EXPECT_EQ(Flagged(), note + note) << "another one";
}

TEST_P(HoursTest, WhatHasExpiredIsOfferedToNobodyUntilItIsWorkAgain) {
  MakeQueue("general", [](Queue& queue) {
    queue.max_wait_seconds = 60;
    queue.max_wait_action = MaxWaitAction::kExpire;
  });
  const auto expire = [&](const std::string& id) {
    Open(id);
    Step();
    clock_.Advance(seconds(60));
    Step();
    ASSERT_EQ(Get(id).status, ItemStatus::kExpired);
    EXPECT_EQ(Get(id).reason, "MAX_WAIT");
  };
  for (const char* id : {"t1", "t2", "t3", "t4", "t5"}) expire(id);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkExpired");
  AddAgent("ann", 9);
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  EXPECT_EQ(one_->work.List(static_cast<int>(ItemStatus::kExpired), "", 100, "")->size(), 5u);
  TicketView renamed = Ticket("t1");
  renamed.subject = "Another";
  ASSERT_TRUE(React(&Work::ChangedIn, renamed).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kExpired) << "that is no reason";
  ASSERT_TRUE(React(&Work::WrittenIn, Ticket("t1")).ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
  TicketView given = Ticket("t2");
  given.assignee_id = "ann";
  ASSERT_TRUE(React(&Work::AssignedIn, given).ok());
  EXPECT_EQ(Get("t2").status, ItemStatus::kAssigned);
  TicketView moved = Ticket("t3");
  moved.queue_id = "second";
  ASSERT_TRUE(React(&Work::ChangedIn, moved).ok());
  EXPECT_EQ(Get("t3").status, ItemStatus::kQueued);
  EXPECT_EQ(Get("t3").queue_id, "second");
  ASSERT_TRUE(React(&Work::EscalatedIn, Ticket("t4")).ok());
  EXPECT_EQ(Get("t4").status, ItemStatus::kQueued);
  EXPECT_EQ(Get("t4").WaitStart(), clock_.Now());
  EXPECT_FALSE(Get("t4").is_overdue);
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t5")).ok());
  EXPECT_EQ(Get("t5").status, ItemStatus::kDone);
  ExpectCapacityIsRight();
}

TEST_P(HoursTest, WorkOfALostAgentBeginsItsMaximumAnew) {
  MakeQueue("general", [](Queue& queue) {
    queue.max_wait_seconds = 60;
    queue.max_wait_action = MaxWaitAction::kExpire;
  });
  AddAgent("ann", 1);
  Open("t1");
  Accepted("t1");
  clock_.Advance(seconds(600));
  SetPresence("ann", AgentStatus::kAway);
  ASSERT_TRUE(
      database_
          ->Transact([&](sql::Tx& tx) { return one_->work.ReturnedIn(tx, Ticket("t1"), "ann"); })
          .ok());
  clock_.Advance(seconds(59));
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
  clock_.Advance(seconds(1));
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kExpired);
}

TEST_P(HoursTest, OverflowGoesBeforeTheMaximumWhichIsThenThatOfTheOtherQueue) {
  MakeQueue("night", [](Queue& queue) { queue.max_wait_seconds = 90; });
  MakeQueue("general", [](Queue& queue) {
    queue.overflow_seconds = queue.max_wait_seconds = 60;
    queue.overflow_queue_id = "night";
  });
  Open("t1");
  Step();
  clock_.Advance(seconds(60));
  Step();
  EXPECT_EQ(Get("t1").queue_id, "night");
  Step();
  EXPECT_EQ(Flagged(), "");
  clock_.Advance(seconds(30));
  Step();
  EXPECT_EQ(Flagged(), "t1: waited longer than 90 s in the queue night\n");
}

TEST_P(HoursTest, OnlyTheLeaderEndsWaitsAndOnlyWhatIsDue) {
  MakeQueue("general", [](Queue& queue) { queue.max_wait_seconds = 60; });
  Open("t1");
  Step();
  EXPECT_FALSE(*one_->work.EndWait("t1", 1)) << "not due";
  EXPECT_FALSE(*one_->work.EndWait("t9", 1)) << "not there";
  clock_.Advance(seconds(60));
  const auto refused = one_->work.EndWait("t1", 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "NOT_LEADER");
  EXPECT_EQ(Flagged(), "");
  EXPECT_TRUE(*one_->work.EndWait("t1", 1));
  EXPECT_FALSE(*one_->work.EndWait("t1", 1)) << "once";
}

TEST_P(HoursTest, ThousandsThatAreDueAtOnceEndInParts) {
  MakeQueue("general", [](Queue& queue) { queue.max_wait_seconds = 60; });
  for (int i = 0; i < 250; ++i) Open("t" + std::to_string(i));
  Step();
  clock_.Advance(seconds(60));
  Step();
  const auto flags = [&] {
    return database_->Read([](sql::Tx& tx) { return store::ListFlags(tx, 1000); })->size();
  };
  EXPECT_EQ(flags(), 200u);
  Step();
  EXPECT_EQ(flags(), 250u);
}

TEST_P(HoursTest, WhatASupervisorIsToldIsKeptUntilItWasTold) {
  MakeQueue("general", [](Queue& queue) { queue.max_wait_seconds = 60; });
  for (const char* id : {"t1", "t2", "t3"}) Open(id);
  Step();
  clock_.Advance(seconds(60));
  Step();
  std::vector<std::string> asked;
  Code code = Code::kUnavailable;
  Flagger flagger(*database_, [&](const store::FlagCommand& command) -> Status {
    asked.push_back(command.request_id);
    return MakeError(code, "WHY", "a neighbour's trouble");
  });
  EXPECT_FALSE(flagger.Step().ok());
  EXPECT_EQ(asked.size(), 1u) << "away for one is away for all";
  code = Code::kAborted;
  EXPECT_FALSE(flagger.Step().ok());
  EXPECT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked[0], asked[1]) << "under the same id";
  code = Code::kFailedPrecondition;
  EXPECT_TRUE(flagger.Step().ok());
  EXPECT_EQ(Flagged(), "") << "a ticket that is over needs nobody's look";
}

MUARA_ON_BOTH_ENGINES(HoursTest);

}  // namespace
}  // namespace muara::routing
