#include "services/ticket/domain/ticket.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "services/ticket/domain/contact.h"

namespace muara::ticket {
namespace {

const Time kNow = FromMicros(1772348400000000);
const LifecyclePolicy kPolicy;

Ticket In(Status status) {
  Ticket ticket;
  ticket.status = status;
  if (status == Status::kResolved) ticket.resolve_time = kNow - std::chrono::hours(1);
  return ticket;
}

struct MoveCase {
  const char* name;
  std::function<muara::Status(Ticket&)> move;
  std::map<Status, Status> allowed;  // from, to; all else is refused
};

const std::vector<MoveCase>& Moves() {
  using enum Status;
  static const std::vector<MoveCase> moves = {
      {"Receive",
       [](Ticket& t) { return t.Receive(kNow, kPolicy); },
       {{kNew, kNew}, {kOpen, kOpen}, {kPending, kOpen}, {kResolved, kOpen}}},
      {"Assign",
       [](Ticket& t) { return t.Assign("a", "A", kNow); },
       {{kNew, kOpen}, {kOpen, kOpen}, {kPending, kPending}}},
      {"Reply",
       [](Ticket& t) { return t.Reply(kNow); },
       {{kNew, kOpen}, {kOpen, kOpen}, {kPending, kPending}, {kResolved, kResolved}}},
      {"Note",
       [](Ticket& t) { return t.Note(kNow); },
       {{kNew, kNew}, {kOpen, kOpen}, {kPending, kPending}, {kResolved, kResolved}}},
      {"Pend", [](Ticket& t) { return t.Pend(kNow); }, {{kOpen, kPending}}},
      {"Resolve",
       [](Ticket& t) { return t.Resolve(kNow); },
       {{kNew, kResolved}, {kOpen, kResolved}, {kPending, kResolved}}},
      {"Reopen", [](Ticket& t) { return t.Reopen(kNow); }, {{kPending, kOpen}, {kResolved, kOpen}}},
      {"Close", [](Ticket& t) { return t.Close(kNow); }, {{kResolved, kClosed}}},
      {"Escalate",
       [](Ticket& t) { return t.Escalate(kNow); },
       {{kNew, kNew}, {kOpen, kOpen}, {kPending, kOpen}, {kResolved, kOpen}}},
      {"Touch",
       [](Ticket& t) { return t.Touch(kNow); },
       {{kNew, kNew}, {kOpen, kOpen}, {kPending, kPending}, {kResolved, kResolved}}},
  };
  return moves;
}

TEST(Ticket, EveryMoveInEveryStateIsAllowedOrRefused) {
  for (const MoveCase& one : Moves()) {
    for (int number = 1; number <= 5; ++number) {
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

TEST(Ticket, EscalatingNeverLowersThePriority) {
  Ticket ticket = In(Status::kOpen);
  ticket.priority = Priority::kUrgent;
  ASSERT_TRUE(ticket.Escalate(kNow).ok());
  EXPECT_EQ(ticket.priority, Priority::kUrgent);
  EXPECT_TRUE(ticket.flagged);
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
