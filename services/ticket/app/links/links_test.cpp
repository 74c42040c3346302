// Tickets are linked, and problems are resolved with their incidents.
#include <future>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket {
namespace {

class LinksTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    a_ = Opened("a"), b_ = Opened("b"), c_ = Opened("c");
  }
  TicketId Opened(const std::string& who) { return Take(Mail(who + "@x.test")).ticket_id; }
  Result<Ticket> Add(const TicketId& from, LinkKind kind, const TicketId& to) {
    return links_->Add(Of(from), kind, to);
  }
  void Put(const TicketId& from, LinkKind kind, const TicketId& to) {
    const auto added = Add(from, kind, to);
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
  // "PARENT of a is b", as seen from a ticket.
  std::vector<std::string> Seen(const TicketId& id) {
    std::vector<std::string> out;
    for (const ShownLink& one : *links_->List(id)) {
      out.push_back(Name(one.link.from) + " " + LinkKindName(one.link.kind) + " " +
                    Name(one.link.to));
      EXPECT_EQ(one.other.id, one.link.OtherOf(id));
    }
    return out;
  }
  std::string Name(const TicketId& id) {
    return id == a_ ? "a" : id == b_ ? "b" : id == c_ ? "c" : "?";
  }
  static std::string Reason(const Result<Ticket>& result) {
    return result.ok() ? "OK" : result.error().reason;
  }

  TicketId a_, b_, c_;
};

using Strings = std::vector<std::string>;

TEST_P(LinksTest, AreShownOnBothSidesAndToldOnBoth) {
  const Change change = Of(a_, "", 1);
  ASSERT_TRUE(links_->Add(change, LinkKind::kParent, b_).ok());
  EXPECT_EQ(links_->Add(change, LinkKind::kParent, b_)->version, 2) << "done twice is done once";
  EXPECT_EQ(Seen(a_), Strings{"a PARENT b"});
  EXPECT_EQ(Seen(b_), Strings{"a PARENT b"});
  EXPECT_EQ(Get(b_).version, 1) << "the other one does not change";
  EXPECT_EQ(FactTypes(a_.value), "TicketOpened TicketLinked");
  const auto fact = LastFact<v1::TicketLinked>(b_.value);
  EXPECT_EQ(fact.link().from_ticket_id(), a_.value);
  EXPECT_EQ(fact.link().kind(), v1::LINK_KIND_PARENT);
  EXPECT_EQ(fact.cause().actor(), "agents/7");
  EXPECT_EQ(Reason(links_->Add(Of(a_, "", 1), LinkKind::kRelated, c_)), "STALE_VERSION");
}

TEST_P(LinksTest, RelatedHasNoDirection) {
  Put(b_, LinkKind::kRelated, a_);
  EXPECT_EQ(Reason(Add(a_, LinkKind::kRelated, b_)), "ALREADY_LINKED");
  ASSERT_TRUE(links_->Remove(Of(a_), LinkKind::kRelated, b_).ok());
  EXPECT_TRUE(Seen(b_).empty());
}

TEST_P(LinksTest, AreTakenAwayFromEitherSide) {
  Put(a_, LinkKind::kProblem, b_);
  const Change change = Of(b_);
  ASSERT_TRUE(links_->Remove(change, LinkKind::kProblem, a_).ok());
  EXPECT_TRUE(links_->Remove(change, LinkKind::kProblem, a_).ok()) << "done twice is done once";
  EXPECT_TRUE(Seen(a_).empty());
  EXPECT_EQ(LastFact<v1::TicketUnlinked>(a_.value).link().from_ticket_id(), a_.value);
  const auto again = links_->Remove(Of(b_), LinkKind::kProblem, a_);
  EXPECT_EQ(again.error().reason, "LINK_NOT_FOUND");
}

TEST_P(LinksTest, RefuseWhatCannotBe) {
  EXPECT_EQ(Reason(Add(a_, LinkKind::kRelated, a_)), "LINK_TO_SELF");
  EXPECT_EQ(Reason(Add(a_, LinkKind::kRelated, {"nowhere"})), "TICKET_NOT_FOUND");
  Put(a_, LinkKind::kParent, b_);
  EXPECT_EQ(Reason(Add(a_, LinkKind::kParent, b_)), "ALREADY_LINKED");
  const auto second = Add(a_, LinkKind::kParent, c_);
  ASSERT_EQ(Reason(second), "HAS_PARENT");
  EXPECT_EQ(second.error().metadata[0].second, b_.value);
  EXPECT_EQ(Reason(Add(b_, LinkKind::kParent, a_)), "LINK_CYCLE");
  Put(b_, LinkKind::kParent, c_);
  EXPECT_EQ(Reason(Add(c_, LinkKind::kParent, a_)), "LINK_CYCLE");
  Put(c_, LinkKind::kProblem, a_);
  EXPECT_EQ(Reason(Add(a_, LinkKind::kProblem, c_)), "LINK_CYCLE");
  Close(c_);
  EXPECT_EQ(Reason(Add(c_, LinkKind::kRelated, a_)), "WRONG_STATE");
  EXPECT_EQ(Reason(Add(a_, LinkKind::kRelated, c_)), "OK") << "nothing of a closed one changes";
}

TEST_P(LinksTest, CyclesAreNotMadeByTwoAtOnce) {
  bus::AtOnce(2, [&](int i) {
    const auto linked = i == 0 ? Add(a_, LinkKind::kParent, b_) : Add(b_, LinkKind::kParent, a_);
    EXPECT_TRUE(linked.ok() || linked.error().reason == "LINK_CYCLE") << Reason(linked);
  });
  EXPECT_EQ(Seen(a_).size(), 1u);
}

TEST_P(LinksTest, ATicketHasTwoHundred) {
  const muara::Status filled = database_->Transact([&](sql::Tx& tx) -> muara::Status {
    for (size_t i = 0; i < kLinksMax; ++i) {
      const Link link{a_, LinkKind::kRelated, {"z" + std::to_string(i)}};
      RETURN_IF_ERROR(store::InsertLink(tx, link, store::MadeBy::kHand, clock_.Now()));
    }
    return Ok();
  });
  ASSERT_TRUE(filled.ok());
  EXPECT_EQ(Reason(Add(a_, LinkKind::kRelated, b_)), "TOO_MANY_LINKS");
  EXPECT_EQ(Reason(Add(b_, LinkKind::kRelated, a_)), "TOO_MANY_LINKS");
}

TEST_P(LinksTest, AFollowUpIsShownAsALink) {
  Close(a_);
  c_ = Answer(a_, "a@x.test").ticket_id;
  EXPECT_EQ(Seen(a_), Strings{"c FOLLOW_UP_OF a"});
  EXPECT_EQ(Seen(c_), Strings{"c FOLLOW_UP_OF a"});
}

TEST_P(LinksTest, AProblemIsResolvedWithItsIncidentsAndTheSameWordsToAll) {
  Put(a_, LinkKind::kProblem, c_);
  Put(b_, LinkKind::kProblem, c_);
  Into(b_, Status::kOnHold);
  const Change change = Of(c_);
  const auto done = tickets_->ResolveProblem(change, "", "It works again");
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->incidents.size(), 2u);
  EXPECT_TRUE(done->refused.empty());
  for (const TicketId& id : {a_, b_}) {
    EXPECT_EQ(Get(id).status, Status::kResolved);
    EXPECT_EQ(On(id).back().content.text, "It works again");
    EXPECT_EQ(On(id).back().points.at(0).value, Name(id) + "@x.test");
    EXPECT_EQ(LastFact<v1::TicketResolved>(id.value).cause().reason(), "PROBLEM_RESOLVED");
  }
  EXPECT_EQ(On(c_).size(), 1u) << "the problem itself is nobody's question";
  // A retry finds all done, also where a contact has written since.
  Answer(a_, "a@x.test", "It does not");
  const auto again = tickets_->ResolveProblem(change, "", "It works again");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->incidents.size(), 2u);
  EXPECT_EQ(Get(a_).status, Status::kOpen);
  EXPECT_EQ(On(b_).size(), 2u);
}

TEST_P(LinksTest, ARetryResolvesWhatAnInterruptedTryLeft) {
  Put(a_, LinkKind::kProblem, c_);
  Put(b_, LinkKind::kProblem, c_);
  const Change change = Of(c_);
  ASSERT_TRUE(tickets_->Resolve(change, "").ok());  // and then it was interrupted
  EXPECT_EQ(tickets_->ResolveProblem(change, "", "")->incidents.size(), 2u);
  EXPECT_EQ(Get(b_).status, Status::kResolved);
  EXPECT_EQ(On(b_).size(), 1u) << "no words, no reply";
}

TEST_P(LinksTest, IncidentsThatCannotBeResolvedAreNamedAndStayAsTheyAre) {
  QueuePolicy strict;
  strict.queue_id = "general";
  strict.dispositions = {{"fixed", "Fixed"}};
  const TicketId elsewhere = [&] {
    Submission mail = Mail("d@x.test");
    mail.endpoint = "billing@muara.test";
    return Take(mail).ticket_id;
  }();
  strict.queue_id = "billing", strict.disposition_required = true;
  ASSERT_TRUE(policies_->Put(Admin(), strict).ok());
  Put(a_, LinkKind::kProblem, c_);
  Put(elsewhere, LinkKind::kProblem, c_);
  Put(b_, LinkKind::kProblem, c_);
  Resolve(b_);
  const auto done = tickets_->ResolveProblem(Of(c_), "", "Done");
  ASSERT_TRUE(done.ok());
  ASSERT_EQ(done->incidents.size(), 1u) << "what was resolved before is left alone";
  ASSERT_EQ(done->refused.size(), 1u);
  EXPECT_EQ(done->refused[0].ticket.id, elsewhere);
  EXPECT_EQ(done->refused[0].error.reason, "DISPOSITION_REQUIRED");
  EXPECT_EQ(On(elsewhere).size(), 1u) << "no half of it";
  EXPECT_EQ(On(b_).size(), 1u);
}

// Somebody changes the other ticket just when the first one is written.
class Meanwhile final : public Follower {
 public:
  Meanwhile(TicketId upon, std::function<void()> change)
      : upon_(std::move(upon)), change_(std::move(change)) {}
  ~Meanwhile() override {
    if (done_.valid()) done_.wait();
  }
  muara::Status Follow(sql::Tx&, const Entry& entry, Time) override {
    if (entry.ticket.id != upon_ || done_.valid()) return Ok();
    done_ = std::async(std::launch::async, change_);
    done_.wait_for(std::chrono::milliseconds(300));  // longer than it takes where nothing holds it
    return Ok();
  }

 private:
  const TicketId upon_;
  const std::function<void()> change_;
  std::future<void> done_;
};

TEST_P(LinksTest, WhatIsToldOfTheOtherTicketIsNotOlderThanWhatWasToldBefore) {
  {
    Meanwhile meanwhile(a_, [&] { EXPECT_TRUE(tickets_->Flag(Of(b_), {"look"}).ok()); });
    const Journal journal(*log_, {&meanwhile});
    Links links(*database_, journal, clock_);
    ASSERT_TRUE(links.Add(Of(a_), LinkKind::kRelated, b_).ok());
  }
  int version = 0;
  for (const auto& envelope : Facts(b_.value)) {
    const auto happening = wire::HappeningOf(envelope);
    ASSERT_TRUE(happening.ok());
    EXPECT_GE(happening->ticket.version, version) << happening->fact;
    version = happening->ticket.version;
  }
}

MUARA_ON_BOTH_ENGINES(LinksTest);

}  // namespace
}  // namespace muara::ticket
