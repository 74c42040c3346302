#include "services/routing/app/history.h"

#include <random>

#include "services/routing/app/simulations_fixture.h"
#include "services/routing/wire/events.h"

namespace muara::routing {
namespace {

// Anything that may happen to a desk, drawn; whoever is offered work accepts it at once.
class Days {
 public:
  explicit Days(uint32_t seed) : random_(seed) {}
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  template <class T>
  const T& OneOf(const std::vector<T>& all) {
    return all[static_cast<size_t>(Below(static_cast<int>(all.size())))];
  }

 private:
  std::mt19937 random_;
};

const std::vector<std::string> kQueueIds = {"general", "german", "urgent", "shared",
                                            "due",     "timed",  "day"};

class ReplayTest : public SimulationsTest {
 protected:
  void Furnish() {
    MakeQueue("general", [](Queue& queue) {
      queue.preferred_seconds = 20;
      queue.wrap_up_seconds = 6;
    });
    MakeQueue("german", [](Queue& queue) {
      queue.requirements = {{"german", 3, {{15, 2}, {30, 0}}}};
      queue.balance = Balance::kProficiency;
      queue.overflow_seconds = 40;
      queue.overflow_queue_id = "general";
    });
    MakeQueue("urgent", [](Queue& queue) {
      queue.priority = 50;
      queue.balance = Balance::kLeastLoaded;
      queue.hold_back_seconds = 10;
    });
    MakeQueue("due", [](Queue& queue) { queue.order = Order::kDueTime; });
    MakeQueue("shared", [](Queue& queue) {
      queue.balance = Balance::kShare;
      queue.max_wait_seconds = 20;
    });
    SetCalendar(0);
    MakeQueue("timed", [](Queue& queue) {
      queue.calendar_id = "office";
      queue.max_wait_seconds = 15;
      queue.max_wait_action = MaxWaitAction::kExpire;
    });
    MakeQueue("day", [](Queue& queue) {
      queue.calendar_id = "office";
      queue.closed_hours = ClosedHours::kOverflow;
      queue.overflow_queue_id = "shared";
    });
    int number = 0;
    for (const char* id : {"ann", "bob", "cid", "dan"}) {
      AddAgent(id, 2 + number, {"general", "urgent", "shared", "due", "timed", "day"});
      SetAgent(id, [&](Agent& agent) {
        agent.share = 1 + number;
        if (number == 0) return;
        agent.queue_ids.push_back("german");
        agent.skills = {{"german", number}};
      });
      ++number;
    }
    // Queues open and close at whole seconds, and so must the clock go.
    clock_.Advance(seconds(1) - Duration(ToMicros(clock_.Now()) % 1'000'000));
  }

  // Open every other minute from 07:00 on, and from then on every third.
  void SetCalendar(int minute) {
    Calendar calendar{.id = "office", .display_name = "Office", .time_zone = "UTC"};
    std::vector<Hours> hours;
    for (int at = 420 + minute; hours.size() < kHoursMax; at += 2 + minute % 2) {
      hours.push_back({at, at + 1});
    }
    calendar.week.fill(hours);
    ASSERT_TRUE(
        database_->Transact([&](sql::Tx& tx) { return one_->calendars.ChangedIn(tx, calendar); })
            .ok());
  }

  TicketView Drawn(Days& days, const std::string& id) {
    TicketView ticket = Ticket(id, days.OneOf<Channel>({Channel::kEmail, Channel::kEmail,
                                                        Channel::kChat, Channel::kPhone}));
    ticket.queue_id = days.OneOf(kQueueIds);
    ticket.priority = days.Below(60);
    ticket.due_time = DrawnDueTime(days);
    return ticket;
  }
  // Some are late, some have none.
  Time DrawnDueTime(Days& days) {
    return days.Below(4) == 0 ? Time() : clock_.Now() + seconds(days.Below(7200) - 600);
  }

  void Transfer(Days& days, TicketView& ticket) {
    if (Get(ticket.id).status == ItemStatus::kDone) return;
    Handover to{Get(ticket.id).agent_id,
                days.OneOf<std::string>({"", "", "ann", "dan", "nobody-of-ours"}),
                {}};
    if (to.to_agent_id.empty() && days.Below(2))
      to.requirements = {{"german", 1 + days.Below(3), {}}};
    if (days.Below(2)) {
      ticket.queue_id = days.OneOf<std::string>({ticket.queue_id, "general", "german", "shared"});
      to.to_queue_id = ticket.queue_id;
    }
    ticket.assignee_id.clear();
    ASSERT_TRUE(
        database_->Transact([&](sql::Tx& tx) { return one_->work.TransferredIn(tx, ticket, to); })
            .ok());
  }

  void HappenToWork(Days& days, TicketView& ticket) {
    switch (days.Below(10)) {
      case 7:
        return Transfer(days, ticket);
      case 8: {
        const auto priority = days.Below(3) ? std::optional<int>(days.Below(100)) : std::nullopt;
        (void)one_->work.Prioritize(ticket.id, Key(), 0, priority);
        return;
      }
      case 9: {
        const auto agent = days.OneOf<std::string>({"ann", "bob", "cid", "dan"});
        (void)one_->offers.Pull(ticket.id, Key(), agent, PullRights::kAny);
        return;
      }
      case 0:
        ticket.assignee_id = days.OneOf<std::string>({"", "ann", "bob", "cid"});
        ASSERT_TRUE(React(&Work::ReopenedIn, ticket).ok());
        return;
      case 1:
        ASSERT_TRUE(React(&Work::ParkedIn, ticket).ok());
        return;
      case 2:
        ticket.queue_id = days.OneOf(kQueueIds);
        ticket.priority = days.Below(90);
        if (days.Below(2)) ticket.due_time = DrawnDueTime(days);
        ASSERT_TRUE(React(&Work::ChangedIn, ticket).ok());
        return;
      case 3:
        ASSERT_TRUE(React(&Work::EscalatedIn, ticket).ok());
        return;
      case 4: {
        const WorkItem item = Get(ticket.id);
        if (item.status != ItemStatus::kQueued && item.status != ItemStatus::kAssigned &&
            item.status != ItemStatus::kExpired) {
          return;
        }
        ticket.assignee_id = days.OneOf<std::string>({"ann", "bob", "cid", "nobody-of-ours"});
        ASSERT_TRUE(React(&Work::AssignedIn, ticket).ok());
        return;
      }
      default:
        ASSERT_TRUE(React(&Work::EndedIn, ticket).ok());
    }
  }

  void HappenToPeople(Days& days) {
    const auto agent = days.OneOf<std::string>({"ann", "bob", "cid", "dan"});
    switch (days.Below(5)) {
      case 4:
        return SetCalendar(days.Below(6));
      case 0:
        SetAgent(agent, [&](Agent& one) { one.capacity = 1 + days.Below(6); });
        return;
      case 1: {
        const auto changed = one_->people.UpdateQueue(
            "urgent", Key(), 0, [&](Queue& queue) { queue.tier = days.Below(3); });
        ASSERT_TRUE(changed.ok());
        return;
      }
      case 2: {
        const auto changed = one_->policy.Update(Key(), 0, [&](RoutingPolicy& policy) {
          policy.capacity.weights[static_cast<size_t>(Channel::kChat)] = 1 + days.Below(3);
        });
        ASSERT_TRUE(changed.ok());
        return;
      }
      default:
        SetPresence(agent, days.Below(3) == 0 ? AgentStatus::kAway : AgentStatus::kAvailable);
    }
  }

  void Live(Days& days, int steps) {
    for (int i = 0; i < steps; ++i) {
      clock_.Advance(seconds(1));
      const int kind = days.Below(10);
      const auto held = *one_->work.List(static_cast<int>(ItemStatus::kAssigned), "", 1000, "");
      if (kind >= 7 && kind < 9 && !held.empty()) {
        ASSERT_TRUE(React(&Work::EndedIn, Ticket(days.OneOf(held).id)).ok());
      } else if (kind < 4) {
        tickets_.push_back(Drawn(days, "t" + std::to_string(tickets_.size())));
        ASSERT_TRUE(React(&Work::OpenedIn, tickets_.back()).ok());
      } else if (kind < 8 && !tickets_.empty()) {
        const size_t recent = std::min<size_t>(tickets_.size(), 12);
        const size_t at =
            tickets_.size() - 1 - static_cast<size_t>(days.Below(static_cast<int>(recent)));
        HappenToWork(days, tickets_[at]);
      } else if (kind == 9) {
        HappenToPeople(days);
      }
      AcceptAll();
    }
  }

  static std::string Said(const WaitEnd& end) {
    return std::to_string(static_cast<int>(end.fate)) + " " + end.agent_id + " " +
           ToRfc3339(end.time) + " " + end.why;
  }
  // Each wait of the replay ends as it really did; the first that does not is told.
  static void ExpectTrue(const History& history) {
    const auto ends = Replay(history, [] { return Ok(); });
    ASSERT_TRUE(ends.ok());
    std::map<Fate, int> fates;
    std::map<Time, std::string> wrong;
    for (size_t i = 0; i < ends->size(); ++i) {
      const Visit& visit = history.visits[i];
      const WaitEnd& end = (*ends)[i];
      ++fates[end.fate];
      if (Said(end) == Said(visit.actual) && end.wait == visit.actual.wait) continue;
      wrong[std::min(end.time, visit.actual.time)] +=
          visit.item_id + " in " + visit.queue_id + " since " + ToRfc3339(visit.since) +
          ": really " + Said(visit.actual) + ", replayed " + Said(end) + "\n";
    }
    EXPECT_TRUE(wrong.empty()) << wrong.size() << " moments, first " << wrong.begin()->second;
    EXPECT_GT(fates[Fate::kServed], 30);
    EXPECT_GT(fates[Fate::kGone], 0);
    EXPECT_GT(fates[Fate::kExpired], 0);
  }

  std::vector<TicketView> tickets_;
};

TEST_P(ReplayTest, GivesEachItemToWhomItReallyWentWhenItReallyDid) {
  Days days(20260301);
  Furnish();
  Live(days, 400);
  const auto history = HistorySince(start_);
  ASSERT_TRUE(history.ok()) << history.error().message;
  EXPECT_EQ(history->accept_delay, Duration(0));
  EXPECT_GT(history->visits.size(), 150u);
  ExpectTrue(*history);
  const auto found = simulations_->Simulate(Asked());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->visits_changed, 0);
  EXPECT_EQ(found->all.actual.mean_wait, found->all.baseline.mean_wait);
  EXPECT_EQ(found->all.changed.served, found->all.actual.served);
  for (const auto& [id, one] : found->agents) {
    EXPECT_EQ(one.actual.available, one.baseline.available) << id;
    EXPECT_EQ(one.actual.busy, one.baseline.busy) << id;
    EXPECT_EQ(one.actual.served, one.changed.served) << id;
  }
}

TEST_P(ReplayTest, BeginsInTheMiddleWithWhatWaitedAndWasHeld) {
  Days days(7);
  Furnish();
  // What has been shared out before is not told.
  ASSERT_TRUE(one_->people
                  .UpdateQueue("shared", Key(), 0,
                               [](Queue& queue) { queue.balance = Balance::kLongestIdle; })
                  .ok());
  Live(days, 200);
  const Time middle = clock_.Now();
  const auto live = *one_->work.List(0, "", 10000, "");
  const auto count = [&](ItemStatus status) {
    return std::count_if(live.begin(), live.end(),
                         [&](const WorkItem& item) { return item.status == status; });
  };
  Live(days, 200);
  const auto history = HistorySince(middle);
  ASSERT_TRUE(history.ok()) << history.error().message;
  EXPECT_EQ(std::count_if(history->visits.begin(), history->visits.end(),
                          [&](const Visit& visit) { return visit.time == middle; }),
            count(ItemStatus::kQueued));
  EXPECT_EQ(std::count_if(history->holds.begin(), history->holds.end(),
                          [&](const Hold& hold) { return hold.from == middle; }),
            count(ItemStatus::kAssigned) + count(ItemStatus::kWrapping));
  ExpectTrue(*history);
}

TEST_P(ReplayTest, BringsHomeWhatAPersonSentHome) {
  SetCalendar(0);
  MakeQueue("away", [](Queue&) {});
  MakeQueue("home", [](Queue& queue) {
    queue.calendar_id = "office";
    queue.closed_hours = ClosedHours::kOverflow;
    queue.overflow_queue_id = "away";
  });
  AddAgent("ann", 1, {"home"});
  clock_.Advance(seconds(61));  // closed
  TicketView ticket = Ticket("t1");
  ticket.queue_id = "home";
  ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
  Step();
  ASSERT_EQ(Get("t1").queue_id, "away");
  clock_.Advance(seconds(60));
  Step();
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    return one_->work.TransferredIn(tx, ticket, {"", "", {}, "home"});
                  })
                  .ok());
  AcceptAll();
  ASSERT_EQ(Get("t1").agent_id, "ann");
  const auto history = HistorySince(start_);
  ASSERT_TRUE(history.ok());
  const auto ends = Replay(*history, [] { return Ok(); });
  ASSERT_EQ(ends->size(), 1u);
  EXPECT_EQ(Said(ends->at(0)), Said(history->visits[0].actual));
}

TEST_P(ReplayTest, KnowsNothingOfWhatCameLater) {
  Days days(11);
  Furnish();
  Live(days, 250);
  const Time then = clock_.Now();
  const auto asked_then = HistorySince(start_);
  ASSERT_TRUE(asked_then.ok());
  const Time shortly_before = then - seconds(3);
  const auto short_then = HistorySince(shortly_before);
  Live(days, 100);
  Number();
  const auto asked_later =
      ReadHistory(*database_, *log_, one_->hours, {start_, then, 100'000, [] { return Ok(); }});
  ASSERT_TRUE(asked_later.ok());
  // What waited or was held all the time, and is done by now.
  const auto short_later = ReadHistory(*database_, *log_, one_->hours,
                                       {shortly_before, then, 100'000, [] { return Ok(); }});
  EXPECT_EQ(short_later->visits.size(), short_then->visits.size());
  EXPECT_EQ(short_later->holds.size(), short_then->holds.size());
  EXPECT_EQ(asked_later->agents.size(), asked_then->agents.size());
  ASSERT_EQ(asked_later->visits.size(), asked_then->visits.size());
  for (size_t i = 0; i < asked_then->visits.size(); ++i) {
    const Visit &one = asked_then->visits[i], &other = asked_later->visits[i];
    EXPECT_EQ(one.item.id, other.item.id);
    EXPECT_EQ(Said(one.actual), Said(other.actual));
    EXPECT_EQ(one.work, other.work);
  }
  ExpectTrue(*asked_later);
}

TEST_P(ReplayTest, ReadsWhatWasToldBeforeThereWereSharesAndBalances) {
  AddAgent("ann", 1);
  Agent ann = GetAgent("ann");
  ann.share = 0;
  Queue general{.id = "general", .order = Order(), .balance = Balance()};
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    RETURN_IF_ERROR(log_->Append(tx, wire::QueueChanged(general), clock_.Now()));
                    return log_->Append(tx, wire::AgentChanged(ann), clock_.Now());
                  })
                  .ok());
  Tick();
  Open("t0");
  Tick();
  const auto history = HistorySince(start_);
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->agents.back().agent.share, 1);
  const auto ends = Replay(*history, [] { return Ok(); });
  EXPECT_EQ(ends->at(0).why, "longest idle of 1 able agents");
}

TEST_P(ReplayTest, SaysSinceWhenTheLogIsKept) {
  AddAgent("ann", 1);
  Tick(seconds(60));
  Open("t0");
  Tick(seconds(60));
  clock_.Advance(seconds(60));
  End("t0");
  Question question = Asked();
  const int part = bus::PartOf("t0");
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    return tx.Execute("DELETE FROM event_log WHERE part = $1 AND pos <= 2", part);
                  })
                  .ok());
  EXPECT_EQ(Refusal(question), "LOG_TRIMMED");
  question.from = question.until - Duration(1);
  EXPECT_EQ(Refusal(question), "OK");
}

MUARA_ON_BOTH_ENGINES(ReplayTest);

}  // namespace
}  // namespace muara::routing
