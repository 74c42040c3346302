// A ticket that is given on: to whom, by whom, with which note, and once.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class TransfersTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    id_ = Take(Mail("ann@example.test")).ticket_id;
  }
  // By agents/7, as an agent may.
  std::string Give(const TransferTarget& to, const std::string& note = "",
                   UnassignRights rights = UnassignRights::kOwn, const std::string& key = "") {
    const auto given = tickets_->Transfer(Of(id_, key), to, note, rights);
    if (given.ok()) return "OK";
    std::string said = given.error().reason;
    for (const Violation& one : given.error().violations) said += " " + one.field;
    return said;
  }
  static TransferTarget ToQueue(const std::string& queue, std::vector<TransferSkill> skills = {}) {
    return {"", queue, std::move(skills)};
  }

  TicketId id_;
};

TEST_P(TransfersTest, ANoteAndTheTransferAreOneChange) {
  Into(id_, Status::kOpen);
  const int version = Get(id_).version;
  EXPECT_EQ(Give(ToQueue("billing", {{"german", 3}}), "she wants her money back",
                 UnassignRights::kOwn, "once"),
            "OK");
  EXPECT_EQ(Give(ToQueue("billing", {{"german", 3}}), "she wants her money back",
                 UnassignRights::kOwn, "once"),
            "OK");
  const Ticket ticket = Get(id_);
  EXPECT_EQ(ticket.queue_id, "billing");
  EXPECT_EQ(ticket.assignee_id + ticket.assignee_name, "");
  EXPECT_EQ(ticket.status, Status::kOpen);
  EXPECT_EQ(ticket.version, version + 2);
  EXPECT_EQ(FactTypes(id_.value), "TicketOpened TicketAssigned NoteAdded TicketTransferred");
  const auto on = On(id_);
  ASSERT_EQ(on.size(), 2u);
  EXPECT_EQ(on[1].kind, InteractionKind::kNote);
  EXPECT_EQ(on[1].direction, Direction::kInternal);
  EXPECT_EQ(on[1].content.text, "she wants her money back");
  EXPECT_EQ(on[1].author_id, "7");
  EXPECT_EQ(on[1].author_name, "Agent Seven");
  const auto told = LastFact<v1::TicketTransferred>(id_.value);
  EXPECT_EQ(told.from_agent_id() + " " + told.from_queue_id(), "7 general");
  EXPECT_EQ(told.to_agent_id(), "");
  EXPECT_EQ(told.to_queue_id(), "billing");
  ASSERT_EQ(told.skills_size(), 1);
  EXPECT_EQ(told.skills(0).name() + std::to_string(told.skills(0).level()), "german3");
  EXPECT_EQ(told.ticket().version(), version + 2);
  EXPECT_EQ(told.cause().actor(), "agents/7");
}

TEST_P(TransfersTest, AnAgentGivesOnItsOwnAndASupervisorAny) {
  EXPECT_EQ(Give({"8"}), "NOT_YOURS") << "it is nobody's";
  ASSERT_TRUE(tickets_->Assign(Of(id_), "9", "Nine").ok());
  EXPECT_EQ(Give({"8"}, "a note"), "NOT_YOURS");
  EXPECT_EQ(On(id_).size(), 1u);
  EXPECT_EQ(Give({"8"}, "", UnassignRights::kAny), "OK");
  EXPECT_EQ(LastFact<v1::TicketTransferred>(id_.value).to_agent_id(), "8");
  EXPECT_EQ(Get(id_).queue_id, "general");
}

TEST_P(TransfersTest, WhatWouldChangeNothingIsRefusedAndLeavesNoNote) {
  const auto give = [&](const TransferTarget& to) {
    return Give(to, "note", UnassignRights::kAny);
  };
  EXPECT_EQ(give(ToQueue("general")), "TRANSFER_CHANGES_NOTHING");
  ASSERT_TRUE(tickets_->Assign(Of(id_), "9", "Nine").ok());
  EXPECT_EQ(give({"9"}), "TRANSFER_CHANGES_NOTHING");
  EXPECT_EQ(On(id_).size(), 1u);
  EXPECT_EQ(FactTypes(id_.value), "TicketOpened TicketAssigned");
  EXPECT_EQ(give(ToQueue("general")), "OK") << "from its agent, back to its queue";
  EXPECT_EQ(give(ToQueue("general", {{"german", 1}})), "OK");
  EXPECT_EQ(LastFact<v1::TicketTransferred>(id_.value).to_queue_id(), "general") << "its own";
  EXPECT_EQ(give({"", "", {{"german", 2}}}), "OK");
  EXPECT_EQ(LastFact<v1::TicketTransferred>(id_.value).to_queue_id(), "");
}

TEST_P(TransfersTest, OnlyWhatIsOpenIsGivenOnAndStaysWhatItIs) {
  for (const Status status :
       {Status::kNew, Status::kOpen, Status::kPending, Status::kOnHold, Status::kSnoozed,
        Status::kResolved, Status::kClosed, Status::kSpam, Status::kDeleted}) {
    id_ = Take(Mail("ann@example.test")).ticket_id;
    Into(id_, status);
    const std::string said = Give({"8"}, "", UnassignRights::kAny);
    EXPECT_EQ(said, IsOpen(status) ? "OK" : "WRONG_STATE") << StatusName(status);
    EXPECT_EQ(Get(id_).status, status);
  }
}

TEST_P(TransfersTest, WhereToIsChecked) {
  const auto give = [&](const TransferTarget& to) { return Give(to, "", UnassignRights::kAny); };
  EXPECT_EQ(give({}), "INVALID_FIELDS agent_id");
  EXPECT_EQ(give({"8", "billing", {}}), "INVALID_FIELDS agent_id");
  EXPECT_EQ(give({"8", "", {{"german", 1}}}), "INVALID_FIELDS agent_id");
  EXPECT_EQ(give({"No Slug"}), "INVALID_FIELDS agent_id");
  EXPECT_EQ(give(ToQueue("No Slug")), "INVALID_FIELDS queue_id");
  EXPECT_EQ(give(ToQueue("billing", {{"No Slug", 1}})), "INVALID_FIELDS skills");
  EXPECT_EQ(give(ToQueue("billing", {{"german", 0}})), "INVALID_FIELDS skills");
  EXPECT_EQ(give(ToQueue("billing", {{"german", 6}})), "INVALID_FIELDS skills");
  EXPECT_EQ(give(ToQueue("billing", {{"german", 1}, {"german", 2}})), "INVALID_FIELDS skills");
  std::vector<TransferSkill> many;
  for (int i = 0; i < 201; ++i) many.push_back({"s" + std::to_string(i), 1});
  EXPECT_EQ(give(ToQueue("billing", many)), "INVALID_FIELDS skills");
  many.pop_back();
  EXPECT_EQ(give(ToQueue("billing", many)), "OK");
  EXPECT_EQ(tickets_->Transfer(Of(id_, "", 1), ToQueue("general"), "", UnassignRights::kAny)
                .error()
                .reason,
            "STALE_VERSION");
}

MUARA_ON_BOTH_ENGINES(TransfersTest);

}  // namespace
}  // namespace muara::ticket
