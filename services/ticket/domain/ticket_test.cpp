#include "services/ticket/domain/ticket.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket {
namespace {

const Time kNow = FromMicros(1772348400000000);
const Time kLater = kNow + std::chrono::hours(1);
const LifecyclePolicy kPolicy;

Ticket In(Status status) {
  Ticket ticket;
  ticket.status = status;
  if (status == Status::kResolved) ticket.resolve_time = kNow - std::chrono::hours(1);
  if (status == Status::kPending || status == Status::kSnoozed) ticket.until = kNow;
  if (IsRemoved(status)) ticket.held_status = Status::kOnHold;
  return ticket;
}

struct MoveCase {
  const char* name;
  std::function<muara::Status(Ticket&)> move;
  std::map<Status, Status> allowed;  // from, to; all else is refused
};

std::vector<MoveCase> MovesOfWork() {
  using enum Status;
  return {
      {"Receive",
       [](Ticket& t) { return t.Receive(kNow, kPolicy); },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kOpen},
        {kOnHold, kOpen},
        {kSnoozed, kOpen},
        {kResolved, kOpen},
        {kSpam, kSpam},
        {kDeleted, kDeleted}}},
      {"Assign",
       [](Ticket& t) { return t.Assign("a", "A", kNow); },
       {{kNew, kOpen},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed}}},
      {"Reply",
       [](Ticket& t) { return t.Reply(kNow); },
       {{kNew, kOpen},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed},
        {kResolved, kResolved}}},
      {"Unassign",
       [](Ticket& t) {
         t.assignee_id = "7";
         return t.Unassign(kNow);
       },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed}}},
      {"Note",
       [](Ticket& t) { return t.Note(kNow); },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed},
        {kResolved, kResolved}}},
      {"Pend", [](Ticket& t) { return t.Pend(std::nullopt, kNow); }, {{kOpen, kPending}}},
      {"Pend until", [](Ticket& t) { return t.Pend(kLater, kNow); }, {{kOpen, kPending}}},
      {"Hold", [](Ticket& t) { return t.Hold(kNow); }, {{kOpen, kOnHold}}},
      {"Snooze", [](Ticket& t) { return t.Snooze(kLater, kNow); }, {{kOpen, kSnoozed}}},
  };
}

std::vector<MoveCase> MovesOfEnding() {
  using enum Status;
  return {
      {"Resolve",
       [](Ticket& t) { return t.Resolve("done", kNow, kPolicy); },
       {{kNew, kResolved},
        {kOpen, kResolved},
        {kPending, kResolved},
        {kOnHold, kResolved},
        {kSnoozed, kResolved}}},
      {"Reopen",
       [](Ticket& t) { return t.Reopen(kNow); },
       {{kPending, kOpen}, {kOnHold, kOpen}, {kSnoozed, kOpen}, {kResolved, kOpen}}},
      {"Wake", [](Ticket& t) { return t.Wake(kNow); }, {{kPending, kOpen}, {kSnoozed, kOpen}}},
      {"Close", [](Ticket& t) { return t.Close(kNow); }, {{kResolved, kClosed}}},
      {"MarkSpam",
       [](Ticket& t) { return t.MarkSpam(kNow); },
       {{kNew, kSpam}, {kOpen, kSpam}, {kPending, kSpam}, {kOnHold, kSpam}, {kSnoozed, kSpam}}},
      {"Delete",
       [](Ticket& t) { return t.Delete(kNow); },
       {{kNew, kDeleted},
        {kOpen, kDeleted},
        {kPending, kDeleted},
        {kOnHold, kDeleted},
        {kSnoozed, kDeleted}}},
      {"Restore",
       [](Ticket& t) { return t.Restore(kNow); },
       {{kSpam, kOnHold}, {kDeleted, kOnHold}}},
      {"UnmarkSpam", [](Ticket& t) { return t.UnmarkSpam(kNow); }, {{kSpam, kOnHold}}},
      {"Escalate",
       [](Ticket& t) { return t.Escalate("second", 1, kNow); },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed}}},
      {"Alert",
       [](Ticket& t) { return t.Alert(kNow); },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kOpen},
        {kOnHold, kOpen},
        {kSnoozed, kOpen},
        {kResolved, kOpen}}},
      {"Touch",
       [](Ticket& t) { return t.Touch(kNow); },
       {{kNew, kNew},
        {kOpen, kOpen},
        {kPending, kPending},
        {kOnHold, kOnHold},
        {kSnoozed, kSnoozed},
        {kResolved, kResolved}}},
  };
}

std::vector<MoveCase> Moves() {
  std::vector<MoveCase> moves = MovesOfWork();
  for (const MoveCase& one : MovesOfEnding()) moves.push_back(one);
  return moves;
}

TEST(Ticket, EveryMoveInEveryStateIsAllowedOrRefused) {
  for (const MoveCase& one : Moves()) {
    for (int number = 1; number <= 10; ++number) {
      const auto from = static_cast<Status>(number);
      Ticket ticket = In(from);
      const muara::Status moved = one.move(ticket);
      const auto allowed = one.allowed.find(from);
      EXPECT_EQ(moved.ok(), allowed != one.allowed.end()) << one.name << " " << StatusName(from);
      EXPECT_EQ(ticket.status, allowed == one.allowed.end() ? from : allowed->second)
          << one.name << " " << StatusName(from);
      if (moved.ok()) continue;
      EXPECT_EQ(moved.error().reason, "WRONG_STATE");
      EXPECT_EQ(moved.error().metadata.at(0).second, StatusName(from));
    }
  }
}

TEST(Ticket, AMessageAfterTheReopenWindowBecomesAFollowUp) {
  Ticket ticket = In(Status::kResolved);
  ticket.resolve_time = kNow - kPolicy.reopen_window;
  EXPECT_EQ(ticket.Receiving(kNow, kPolicy), Reception::kReopened);
  ticket.resolve_time = *ticket.resolve_time - Duration(1);
  EXPECT_EQ(ticket.Receiving(kNow, kPolicy), Reception::kFollowUp);
  EXPECT_EQ(In(Status::kClosed).Receiving(kNow, kPolicy), Reception::kFollowUp);
}

TEST(Ticket, OnlyTheFirstReplySetsTheFirstReplyTime) {
  Ticket ticket = In(Status::kOpen);
  ASSERT_TRUE(ticket.Reply(kNow).ok());
  ASSERT_TRUE(ticket.Reply(kNow + Duration(5)).ok());
  EXPECT_EQ(ticket.first_reply_time, kNow);
  EXPECT_EQ(ticket.last_outbound_time, kNow + Duration(5));
}

TEST(Ticket, ReopeningEndsItsSurvey) {
  Ticket ticket = In(Status::kResolved);
  ticket.survey = {"s", 1, 5};
  ASSERT_TRUE(ticket.Reopen(kNow).ok());
  EXPECT_TRUE(ticket.survey.id.empty());
  EXPECT_FALSE(ticket.resolve_time.has_value());
}

TEST(Ticket, AnAlertNeverLowersThePriority) {
  Ticket ticket = In(Status::kOpen);
  ticket.priority = Priority::kUrgent;
  ASSERT_TRUE(ticket.Alert(kNow).ok());
  EXPECT_EQ(ticket.priority, Priority::kUrgent);
  EXPECT_TRUE(ticket.flagged);
}

TEST(Ticket, WaitsUntilALaterTimeWithinAYear) {
  for (const Time bad : {kNow, kNow - Duration(1), kNow + kUntilMax + Duration(1)}) {
    Ticket ticket = In(Status::kOpen);
    EXPECT_EQ(ticket.Snooze(bad, kNow).error().violations.at(0).field, "until_time");
    EXPECT_EQ(ticket.Pend(bad, kNow).error().violations.at(0).field, "until_time");
    EXPECT_EQ(ticket.status, Status::kOpen);
  }
}

TEST(Ticket, IsNeverWokenEarlyAndNotByATimeThatIsGone) {
  Ticket ticket = In(Status::kOpen);
  ASSERT_TRUE(ticket.Snooze(kLater, kNow).ok());
  EXPECT_EQ(ticket.Due(), kLater);
  EXPECT_EQ(ticket.Wake(kLater - Duration(1)).error().reason, "NOT_DUE");
  ASSERT_TRUE(ticket.Reopen(kNow).ok());
  EXPECT_FALSE(ticket.Due().has_value());
  ASSERT_TRUE(ticket.Pend(std::nullopt, kNow).ok());
  EXPECT_FALSE(ticket.Due().has_value()) << "it waits for ever";
  EXPECT_EQ(ticket.Wake(kLater).error().reason, "NOT_DUE");
  ASSERT_TRUE(ticket.Resolve("", kNow, kPolicy).ok());
  EXPECT_EQ(ticket.Due(), kNow + kPolicy.close_after);
}

TEST(Ticket, IsRestoredToWhatItWasWithItsTime) {
  Ticket ticket = In(Status::kOpen);
  ASSERT_TRUE(ticket.Snooze(kLater, kNow).ok());
  ticket.status_name = "next-week";
  ASSERT_TRUE(ticket.Delete(kNow).ok());
  EXPECT_FALSE(ticket.Due().has_value()) << "nothing wakes what was put away";
  ASSERT_TRUE(ticket.Restore(kLater + Duration(5)).ok());
  EXPECT_EQ(ticket.status, Status::kSnoozed);
  EXPECT_EQ(ticket.status_name, "next-week");
  EXPECT_TRUE(ticket.Wake(kLater + Duration(5)).ok());
  EXPECT_EQ(ticket.status_name, "") << "which names another status";
}

TEST(Ticket, EscalatesUpwardsAndToNobodyYet) {
  Ticket ticket = In(Status::kOnHold);
  ASSERT_TRUE(ticket.Assign("7", "Seven", kNow).ok());
  ASSERT_TRUE(ticket.Escalate("second", 1, kNow).ok());
  EXPECT_EQ(ticket.queue_id, "second");
  EXPECT_EQ(ticket.assignee_id, "");
  EXPECT_EQ(ticket.Escalate("third", 1, kNow).error().reason, "LEVEL_NOT_HIGHER");
  EXPECT_TRUE(ticket.Escalate("third", 2, kNow).ok());
}

TEST(Ticket, TellsAStaleVersion) {
  Ticket ticket;
  ticket.version = 3;
  EXPECT_TRUE(CheckVersion(ticket, 0).ok());
  EXPECT_TRUE(CheckVersion(ticket, 3).ok());
  EXPECT_EQ(CheckVersion(ticket, 2).error().reason, "STALE_VERSION");
}

TEST(Ticket, ReferencesAreTenUnmistakableCharacters) {
  const std::string reference = ReferenceOf(TicketId::New());
  EXPECT_EQ(reference.size(), 10u);
  EXPECT_EQ(reference.find_first_of("ILOUilou"), std::string::npos);
  EXPECT_NE(reference, ReferenceOf(TicketId::New()));
}

TEST(Ticket, ASurveyScoreIsANumberOnItsScaleAndNothingElse) {
  const OpenSurvey survey{"s", 1, 5};
  EXPECT_EQ(SurveyScoreIn(" 4 \n", survey), 4);
  for (const char* other : {"0", "6", "44", "", "4 thanks", "-1", "four", "4.5"}) {
    EXPECT_FALSE(SurveyScoreIn(other, survey).has_value()) << other;
  }
  EXPECT_FALSE(SurveyScoreIn("4", OpenSurvey{}).has_value());
}

TEST(ContactPoint, SpellingsOfOneAddressAreEqual) {
  EXPECT_EQ(NormalPoint(PointKind::kEmail, " Sari.W@Example.TEST "), "sari.w@example.test");
  EXPECT_EQ(NormalPoint(PointKind::kHandle, "SariW"), "SariW");
  EXPECT_EQ(NormalPoint(PointKind::kEmail, "  "), "");
}

}  // namespace
}  // namespace muara::ticket
