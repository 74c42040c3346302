// A change and all that follows from it stand or fall together.
#include "services/ticket/app/journal.h"

#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

// Writes down what it was shown, and refuses when told so.
class Witness : public Follower {
 public:
  muara::Status Follow(sql::Tx&, const Entry& entry, Time) override {
    seen.push_back(entry.ticket.version);
    if (refuses) return MakeError(Code::kUnavailable, "NOT_NOW", "");
    return Ok();
  }
  std::vector<int> seen;
  bool refuses = false;
};

class JournalTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    journal_ = std::make_unique<Journal>(*log_, std::vector<Follower*>{&witness_});
    intake_ = std::make_unique<Intake>(*database_, *journal_, clock_, *policies_, IntakePolicy());
    tickets_ = std::make_unique<Tickets>(*database_, *journal_, clock_, *policies_);
  }
  Witness witness_;
};

TEST_P(JournalTest, ShowsEachChangeWithTheVersionThatItMade) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Answer(id, "ann@example.test");
  ASSERT_TRUE(tickets_->Reply(Of(id), {"hello"}).ok());
  Close(id);
  Submission late = Mail("ann@example.test");
  late.origin = Origin::kAutoReply;
  Take(Hinted(late, HintKind::kReplyToken, id.value));
  EXPECT_EQ(witness_.seen, (std::vector<int>{1, 2, 3, 4, 5, 5}));
}

TEST_P(JournalTest, AChangeThatCannotBeFollowedIsUndoneAndNotTold) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  witness_.refuses = true;
  EXPECT_EQ(tickets_->Resolve(Of(id), "").error().reason, "NOT_NOW");
  EXPECT_FALSE(intake_->Submit(Mail("bob@example.test")).ok());
  EXPECT_EQ(Get(id).status, Status::kNew);
  EXPECT_EQ(List().size(), 1);
  EXPECT_EQ(FactTypes(), "TicketOpened");
}

MUARA_ON_BOTH_ENGINES(JournalTest);

}  // namespace
}  // namespace muara::ticket
