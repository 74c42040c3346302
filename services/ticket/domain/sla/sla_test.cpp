// What starts, stops, pauses and ends the clocks of a ticket, and that their ledger proves it.
#include "services/ticket/domain/sla/clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace muara::ticket {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;  // NOLINT

const Time kZero = FromMicros(1772348400000000);

SlaTarget Target(TargetKind kind, Duration duration, double warn_share = 0) {
  SlaTarget target;
  target.kind = kind;
  target.duration = duration;
  target.warn_share = warn_share;
  target.pauses_on = DefaultPauses();
  return target;
}

SlaPolicy Policy(const std::string& id, std::vector<SlaTarget> targets, SlaRule rule = {}) {
  SlaPolicy policy;
  policy.id = id;
  rule.name = id + " rule";
  policy.rules = {rule};
  policy.targets = std::move(targets);
  return policy;
}

SlaPolicy Everything() {
  return Policy("all",
                {Target(TargetKind::kFirstReply, 1h, 0.5), Target(TargetKind::kNextReply, 2h),
                 Target(TargetKind::kPeriodicUpdate, 3h), Target(TargetKind::kResolution, 8h, 0.8),
                 Target(TargetKind::kQueueWait, 30min)});
}

// One ticket with its ledger and clocks, as the app keeps them.
class Desk {
 public:
  explicit Desk(const SlaPolicy& policy) : book_(1, {policy}, {}) { Happens(0min, Status::kNew); }
  Desk(SlaBook book, Status status) : book_(std::move(book)) { Happens(0min, status); }

  // Time passes in minutes since the beginning.
  void Happens(Duration at, Status status, Mark mark = Mark::kNone, bool assigned = false) {
    const Moment moment{kZero + at, status, assigned, mark};
    Tick(at);
    ledger_.Note(moment);
    Settle(ledger_, book_, book_.Choose(ticket_), moment, clocks_);
  }
  void Tick(Duration at) {
    for (SlaClock& clock : clocks_) {
      const Told told = Advance(clock, kZero + at);
      warned_ += told.warned;
      breached_ += told.breached;
    }
  }
  void Use(const SlaPolicy& policy, Duration at) {
    book_ = SlaBook(2, {policy}, {});
    const Moment moment{kZero + at, ledger_.status(), false, Mark::kNone};
    Settle(ledger_, book_, book_.Choose(ticket_), moment, clocks_);
  }
  std::vector<SlaClock> Of(TargetKind kind) const {
    std::vector<SlaClock> found;
    for (const SlaClock& clock : clocks_) {
      if (clock.kind == kind) found.push_back(clock);
    }
    return found;
  }
  // State and minutes until due, of the newest: "RUNNING 60".
  std::string Says(TargetKind kind) const {
    const auto found = Of(kind);
    if (found.empty()) return "none";
    const SlaClock& clock = found.back();
    std::string text = ClockStateName(clock.state());
    if (clock.due && !clock.end) {
      text += " " + std::to_string(std::chrono::duration_cast<minutes>(*clock.due - kZero).count());
    }
    return text;
  }
  Duration Elapsed(const SlaClock& clock, Duration at) const {
    return ElapsedOf(book_, clock.target, IntervalsOf(ledger_, clock, kZero + at));
  }

  SlaBook book_;
  Ticket ticket_;
  Ledger ledger_;
  std::vector<SlaClock> clocks_;
  int warned_ = 0;
  int breached_ = 0;
};

TEST(Sla, TheFirstReplyIsMetByOurFirstReplyOnly) {
  Desk desk(Everything());
  EXPECT_EQ(desk.Says(TargetKind::kFirstReply), "RUNNING 60");
  EXPECT_EQ(desk.Says(TargetKind::kNextReply), "none");
  desk.Happens(10min, Status::kNew, Mark::kContactWrote);
  EXPECT_EQ(desk.Says(TargetKind::kFirstReply), "RUNNING 60") << "a second message changes nothing";
  desk.Happens(20min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Says(TargetKind::kFirstReply), "MET");
  desk.Happens(30min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Of(TargetKind::kFirstReply).size(), 1);
}

TEST(Sla, TheNextReplyCountsFromTheFirstUnansweredMessage) {
  Desk desk(Everything());
  desk.Happens(5min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Says(TargetKind::kNextReply), "none");
  desk.Happens(10min, Status::kOpen, Mark::kContactWrote);
  desk.Happens(40min, Status::kOpen, Mark::kContactWrote);
  EXPECT_EQ(desk.Says(TargetKind::kNextReply), "RUNNING 130");
  desk.Happens(50min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Says(TargetKind::kNextReply), "MET");
  desk.Happens(60min, Status::kOpen, Mark::kContactWrote);
  EXPECT_EQ(desk.Says(TargetKind::kNextReply), "RUNNING 180");
  EXPECT_EQ(desk.Of(TargetKind::kNextReply).size(), 2);
}

TEST(Sla, ThePeriodicUpdateStartsAgainWithEachReply) {
  Desk desk(Everything());
  EXPECT_EQ(desk.Says(TargetKind::kPeriodicUpdate), "none");
  desk.Happens(10min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Says(TargetKind::kPeriodicUpdate), "RUNNING 190");
  desk.Happens(100min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.Says(TargetKind::kPeriodicUpdate), "RUNNING 280");
  EXPECT_EQ(desk.Of(TargetKind::kPeriodicUpdate)[0].state(), ClockState::kMet);
  desk.Happens(110min, Status::kResolved);
  EXPECT_EQ(desk.Says(TargetKind::kPeriodicUpdate), "CANCELLED");
  desk.Happens(120min, Status::kOpen, Mark::kContactWrote);
  EXPECT_EQ(desk.Says(TargetKind::kPeriodicUpdate), "RUNNING 300");
}

TEST(Sla, APauseMovesWhatIsDue) {
  Desk desk(Everything());
  desk.Happens(60min, Status::kOpen, Mark::kNone, true);
  desk.Happens(100min, Status::kPending, Mark::kNone, true);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "PAUSED");
  EXPECT_EQ(desk.Of(TargetKind::kResolution)[0].next(), std::nullopt);
  desk.Happens(1000min, Status::kOpen, Mark::kNone, true);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "RUNNING 1380");
  EXPECT_EQ(desk.breached_, 2) << "the first reply and the queue were late before the pause";
}

TEST(Sla, ReopeningContinuesTheResolution) {
  Desk desk(Everything());
  desk.Happens(100min, Status::kResolved);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "MET");
  desk.Happens(5000min, Status::kOpen, Mark::kContactWrote);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "RUNNING 5380");
  EXPECT_EQ(desk.Of(TargetKind::kResolution).size(), 1);
  desk.Happens(6000min, Status::kResolved);
  desk.Happens(7000min, Status::kClosed);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "BREACHED");
}

TEST(Sla, TheQueueIsWaitedInUntilSomeoneIsAssigned) {
  Desk desk(Everything());
  desk.Happens(29min, Status::kOpen, Mark::kNone, true);
  EXPECT_EQ(desk.Says(TargetKind::kQueueWait), "MET");
  desk.Happens(40min, Status::kOpen);
  EXPECT_EQ(desk.Says(TargetKind::kQueueWait), "RUNNING 70");
}

TEST(Sla, EachIsToldOnceAndNeverEarly) {
  Desk desk(Everything());
  desk.Tick(30min - 1us);
  EXPECT_EQ(desk.warned_ + desk.breached_, 0);
  desk.Tick(30min);
  EXPECT_EQ(desk.warned_, 1);
  EXPECT_EQ(desk.breached_, 1) << "the queue";
  desk.Tick(60min - 1us);
  EXPECT_EQ(desk.breached_, 1);
  desk.Tick(60min);
  desk.Tick(61min);
  EXPECT_EQ(desk.breached_, 2);
  desk.Happens(70min, Status::kOpen, Mark::kWeReplied, true);
  EXPECT_EQ(desk.Says(TargetKind::kFirstReply), "BREACHED");
}

TEST(Sla, AReplyThatComesTooLateIsABreachThoughNoTimerSawIt) {
  Desk desk(Policy("p", {Target(TargetKind::kFirstReply, 1h)}));
  desk.Happens(61min, Status::kOpen, Mark::kWeReplied);
  EXPECT_EQ(desk.breached_, 1);
  Desk good(Policy("p", {Target(TargetKind::kFirstReply, 1h)}));
  good.Happens(59min, Status::kOpen, Mark::kWeReplied);
  good.Tick(100h);
  EXPECT_EQ(good.breached_, 0);
}

TEST(Sla, AnotherPolicyCountsTheSamePast) {
  Desk desk(Everything());
  desk.Happens(60min, Status::kPending, Mark::kNone, true);
  desk.Happens(120min, Status::kOpen, Mark::kNone, true);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "RUNNING 540");
  SlaTarget unpaused = Target(TargetKind::kResolution, 4h);
  unpaused.pauses_on.clear();
  desk.Use(Policy("hard", {unpaused}), 130min);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "RUNNING 240");
  EXPECT_EQ(desk.Of(TargetKind::kResolution).size(), 1);
  desk.Use(Policy("none", {Target(TargetKind::kNextReply, 1h)}), 140min);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "CANCELLED");
  desk.Use(Everything(), 150min);
  EXPECT_EQ(desk.Says(TargetKind::kResolution), "RUNNING 540");
}

TEST(Sla, ThePolicyIsThatOfTheFirstRuleThatHolds) {
  SlaRule vip, mail, urgent;
  vip.tags = {"vip", "gold"};
  mail.channels = {Channel::kEmail};
  mail.queue_ids = {"mail", "post"};
  urgent.priorities = {Priority::kUrgent};
  SlaPolicy first = Policy("z-first", {Target(TargetKind::kFirstReply, 1h)}, vip);
  first.position = -1;
  first.rules.push_back(urgent);
  const SlaBook book(1,
                     {Policy("b", {Target(TargetKind::kFirstReply, 3h)}),
                      Policy("a", {Target(TargetKind::kFirstReply, 2h)}, mail), first},
                     {});
  const auto chosen = [&](const Ticket& ticket) { return book.Choose(ticket).policy->id; };
  Ticket ticket;
  EXPECT_EQ(chosen(ticket), "b");
  ticket.queue_id = "mail";
  EXPECT_EQ(chosen(ticket), "a");
  ticket.channel = Channel::kChat;
  EXPECT_EQ(chosen(ticket), "b") << "every condition of a rule must hold";
  ticket.tags = {"gold"};
  EXPECT_EQ(chosen(ticket), "z-first");
  ticket.tags = {"silver"};
  ticket.priority = Priority::kUrgent;
  EXPECT_EQ(chosen(ticket), "z-first");
}

TEST(Sla, ATargetOfThePriorityGoesBeforeThatOfAll) {
  SlaPolicy policy = Policy("p", {Target(TargetKind::kFirstReply, 4h)});
  policy.targets.push_back(Target(TargetKind::kFirstReply, 1h));
  policy.targets.back().priority = Priority::kUrgent;
  const SlaBook book(1, {policy}, {});
  Ticket ticket;
  EXPECT_EQ(book.Choose(ticket).Target(TargetKind::kFirstReply)->duration, 4h);
  ticket.priority = Priority::kUrgent;
  EXPECT_EQ(book.Choose(ticket).Target(TargetKind::kFirstReply)->duration, 1h);
  EXPECT_EQ(book.Choose(ticket).Target(TargetKind::kResolution), nullptr);
}

TEST(Sla, WhatIsWrongWithAPolicyIsNamed) {
  const auto fields = [](const SlaPolicy& policy) {
    std::string names;
    for (const Violation& one : ProblemsOf(policy)) names += one.field + " ";
    return names;
  };
  EXPECT_EQ(fields(Everything()), "");
  SlaPolicy policy = Everything();
  policy.id = "Not A Slug";
  policy.rules.assign(51, {});
  policy.targets[0].warn_share = 1;
  policy.targets[1].duration = 999ms;
  policy.targets[2].duration = 367 * 24h;
  policy.targets.push_back(policy.targets[3]);
  EXPECT_EQ(fields(policy), "id rules targets targets targets targets ");
  policy = Everything();
  policy.targets[0].warn_share = std::nan("");
  EXPECT_EQ(fields(policy), "targets ");
}

// Random histories: what is told does not depend on when the timers look, intervals have neither
// gaps nor overlaps, and what is due is where elapsed reaches the target.
TEST(Sla, TheLedgerProvesEveryClock) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const Status states[] = {Status::kNew, Status::kOpen, Status::kPending, Status::kResolved};
  Calendar office;
  office.id = "office";
  office.time_zone = "Europe/Berlin";
  office.week.fill({{540, 720}, {780, 1020}});
  SlaPolicy policy = Everything();
  policy.targets[1].calendar_id = policy.targets[3].calendar_id = "office";
  const SlaBook book(1, {policy}, {{"office", *Schedule::Of(office)}});
  for (int round = 0; round < 300; ++round) {
    Desk ticked(book, Status::kNew), plain(book, Status::kNew);
    Duration now(0);
    for (int step = 0; step < 40; ++step) {
      const Duration next = now + minutes(random() % 200);
      for (Duration at = now; at < next; at += minutes(1 + random() % 50)) ticked.Tick(at);
      now = next;
      const Status status = states[random() % std::size(states)];
      const auto mark = static_cast<Mark>(random() % 3);
      const bool assigned = random() % 2 == 0;
      ticked.Happens(now, status, mark, assigned);
      plain.Happens(now, status, mark, assigned);
      ASSERT_EQ(ticked.ledger_, plain.ledger_);
      ASSERT_EQ(ticked.clocks_, plain.clocks_) << "at step " << step;
    }
    for (const SlaClock& clock : plain.clocks_) {
      const Time until = clock.end.value_or(kZero + now);
      const auto intervals = IntervalsOf(plain.ledger_, clock, kZero + now);
      if (clock.start == until && intervals.empty()) continue;
      ASSERT_FALSE(intervals.empty());
      EXPECT_EQ(intervals.front().from, clock.start);
      EXPECT_EQ(intervals.back().to, until);
      Duration sum(0);
      for (size_t i = 0; i < intervals.size(); ++i) {
        EXPECT_LE(intervals[i].from, intervals[i].to);
        if (i > 0) {
          EXPECT_EQ(intervals[i].from, intervals[i - 1].to);
        }
        if (intervals[i].running) {
          sum += book.Between(clock.target, intervals[i].from, intervals[i].to);
        }
      }
      EXPECT_EQ(sum, plain.Elapsed(clock, now));
      if (clock.paused && clock.due) {
        EXPECT_LE(*clock.due, kZero + now) << "nothing comes due in a pause";
      }
      if (clock.breached) {
        EXPECT_GE(until, *clock.breached);
      }
      if (clock.due && !clock.end && *clock.due >= kZero + now) {
        EXPECT_EQ(sum + book.Between(clock.target, kZero + now, *clock.due), clock.target.duration);
      }
      if (clock.due && !clock.end && *clock.due < kZero + now) {
        EXPECT_GE(sum, clock.target.duration);
      }
    }
  }
}

TEST(Sla, AVeryLongLedgerKeepsItsNewestEntries) {
  Desk desk(Everything());
  for (int i = 1; i <= 3000; ++i) {
    desk.Happens(minutes(i), i % 2 == 0 ? Status::kOpen : Status::kPending);
  }
  EXPECT_EQ(desk.ledger_.entries.size(), kLedgerMax);
  EXPECT_EQ(desk.ledger_.entries[0].at, kZero);
}

}  // namespace
}  // namespace muara::ticket
