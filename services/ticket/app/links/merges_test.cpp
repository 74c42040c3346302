// A ticket goes on in another one, and comes back.
#include "services/ticket/app/links/merges.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class MergesTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    a_ = Take(Mail("a@x.test")).ticket_id;
    b_ = Take(Mail("b@x.test")).ticket_id;
    c_ = Take(Mail("c@x.test")).ticket_id;
  }
  Result<Ticket> Merge(const TicketId& from, const TicketId& into) {
    return merges_->Merge(Of(from), into);
  }
  static std::string Reason(const Result<Ticket>& result) {
    return result.ok() ? "OK" : result.error().reason;
  }

  TicketId a_, b_, c_;
};

TEST_P(MergesTest, AMergedTicketGoesOnInTheOtherWhichIsTold) {
  Change change = Of(a_, "", 1);
  change.why = "the same printer";
  ASSERT_EQ(Reason(merges_->Merge(change, b_)), "OK");
  EXPECT_EQ(merges_->Merge(change, b_)->version, 2) << "done twice is done once";
  EXPECT_EQ(Get(a_).status, Status::kMerged);
  EXPECT_EQ(Get(a_).merged_into, b_);
  EXPECT_EQ(On(a_).size(), 1u) << "what happened on it stays on it";
  ASSERT_EQ(On(b_).size(), 2u);
  EXPECT_EQ(On(b_)[1].kind, InteractionKind::kNote);
  EXPECT_EQ(On(b_)[1].content.text,
            Get(a_).reference + " was merged into this ticket\nthe same printer");
  EXPECT_EQ(links_->List(b_)->at(0).link.kind, LinkKind::kDuplicateOf);
  const auto fact = LastFact<v1::TicketMerged>(a_.value);
  EXPECT_EQ(fact.ticket().merged_into(), b_.value);
  EXPECT_EQ(fact.cause().actor(), "agents/7");
  EXPECT_EQ(fact.cause().note(), "the same printer");
  EXPECT_EQ(FactTypes(b_.value), "TicketOpened NoteAdded");
  EXPECT_EQ(Reason(tickets_->Assign(Of(a_), "7", "Seven")), "WRONG_STATE");
}

TEST_P(MergesTest, WhatTheContactStillWritesGoesToTheLastOfTheLine) {
  Submission first = Hinted(Mail("a@x.test"), HintKind::kProviderThread, "none");
  first.conversation = "thread";
  const TicketId threaded = Take(first).ticket_id;
  ASSERT_EQ(Reason(Merge(threaded, a_)), "OK");
  ASSERT_EQ(Reason(Merge(a_, b_)), "OK");
  ASSERT_EQ(Reason(Merge(b_, c_)), "OK");
  const auto to = [&](HintKind kind, const std::string& value) {
    return Take(Hinted(Mail("a@x.test"), kind, value)).ticket_id;
  };
  EXPECT_EQ(to(HintKind::kReplyToken, a_.value), c_);
  EXPECT_EQ(to(HintKind::kProviderThread, "thread"), c_);
  EXPECT_EQ(to(HintKind::kReference, first.provider_message_id), c_);
  EXPECT_EQ(to(HintKind::kSubjectTag, Get(a_).reference), c_);
  EXPECT_EQ(On(a_).size(), 2u) << "its own, and the note";
  EXPECT_TRUE(On(c_).back().unknown_sender) << "the requester is who it was";
  Submission machine = Hinted(Mail("a@x.test"), HintKind::kReplyToken, a_.value);
  machine.origin = Origin::kAutoReply;
  EXPECT_EQ(Take(machine).ticket_id, c_);
  Close(c_);
  const Accepted later = Answer(a_, "a@x.test");
  EXPECT_TRUE(later.ticket_opened);
  EXPECT_EQ(Get(later.ticket_id).follow_up_of, c_);
}

TEST_P(MergesTest, AChatGoesOnWhereItsTicketWasMergedAsLongAsThatIsOpen) {
  const TicketId chat = Take(Chat("session")).ticket_id;
  ASSERT_EQ(Reason(Merge(chat, b_)), "OK");
  EXPECT_EQ(Take(Chat("session")).ticket_id, b_);
  Close(b_);
  const Accepted later = Take(Chat("session"));
  EXPECT_TRUE(later.ticket_opened);
  EXPECT_TRUE(Get(later.ticket_id).follow_up_of.empty()) << "another matter";
}

TEST_P(MergesTest, RefusesWhatCannotBe) {
  EXPECT_EQ(Reason(Merge(a_, a_)), "MERGE_INTO_SELF");
  EXPECT_EQ(Reason(Merge(a_, {"nowhere"})), "TICKET_NOT_FOUND");
  EXPECT_EQ(Reason(merges_->Merge(Of(a_, "", 9), b_)), "STALE_VERSION");
  EXPECT_EQ(Reason(merges_->Unmerge(Of(a_))), "WRONG_STATE");
  for (const Status status :
       {Status::kResolved, Status::kClosed, Status::kSpam, Status::kDeleted}) {
    const TicketId other = Take(Mail("d@x.test")).ticket_id;
    Into(other, status);
    const auto into = Merge(a_, other);
    ASSERT_EQ(Reason(into), "MERGE_TARGET_NOT_OPEN") << StatusName(status);
    EXPECT_EQ(into.error().metadata.back().second, StatusName(status));
    EXPECT_EQ(Reason(Merge(other, b_)), "WRONG_STATE") << StatusName(status);
  }
  ASSERT_EQ(Reason(Merge(a_, b_)), "OK");
  EXPECT_EQ(Reason(Merge(a_, c_)), "WRONG_STATE");
  EXPECT_EQ(Reason(Merge(c_, a_)), "MERGE_TARGET_NOT_OPEN");
  EXPECT_EQ(Reason(Merge(b_, a_)), "MERGE_CYCLE");
  EXPECT_EQ(On(a_).size(), 1u) << "a refused one leaves nothing";
}

TEST_P(MergesTest, TwoMergedIntoEachOtherAtOnceAreMergedOnce) {
  bus::AtOnce(2, [&](int i) {
    const auto merged = i == 0 ? Merge(a_, b_) : Merge(b_, a_);
    EXPECT_TRUE(merged.ok() || merged.error().reason == "MERGE_CYCLE") << Reason(merged);
  });
  EXPECT_NE(Get(a_).status == Status::kMerged, Get(b_).status == Status::kMerged);
}

TEST_P(MergesTest, UndoneItIsWhatItWas) {
  for (const Status status :
       {Status::kNew, Status::kOpen, Status::kPending, Status::kOnHold, Status::kSnoozed}) {
    const TicketId id = Take(Mail("d@x.test")).ticket_id;
    Into(id, status);
    const Ticket before = Get(id);
    ASSERT_EQ(Reason(Merge(id, b_)), "OK");
    EXPECT_FALSE(Get(id).Due());
    const TicketId meanwhile = Answer(id, "d@x.test").ticket_id;
    EXPECT_EQ(meanwhile, b_);
    const size_t on_target = On(b_).size();
    const Change change = Of(id);
    ASSERT_EQ(Reason(merges_->Unmerge(change)), "OK");
    EXPECT_EQ(Reason(merges_->Unmerge(change)), "OK") << "done twice is done once";
    const Ticket after = Get(id);
    EXPECT_EQ(after.status, status);
    EXPECT_EQ(after.until, before.until);
    EXPECT_EQ(after.assignee_id, before.assignee_id);
    EXPECT_TRUE(after.merged_into.empty());
    EXPECT_FALSE(after.held_status);
    EXPECT_TRUE(links_->List(id)->empty());
    EXPECT_EQ(On(b_).size(), on_target + 1) << "the message stays, and a note tells";
    EXPECT_EQ(LastFact<v1::TicketUnmerged>(id.value).from_ticket_id(), b_.value);
    EXPECT_EQ(Answer(id, "d@x.test").ticket_id, id);
  }
}

TEST_P(MergesTest, ALinkMadeByHandOutlivesTheMerge) {
  ASSERT_TRUE(links_->Add(Of(a_), LinkKind::kDuplicateOf, b_).ok());
  ASSERT_EQ(Reason(Merge(a_, b_)), "OK");
  ASSERT_EQ(Reason(merges_->Unmerge(Of(a_))), "OK");
  EXPECT_EQ(links_->List(a_)->size(), 1u);
}

TEST_P(MergesTest, AfterADayItIsForEver) {
  ASSERT_EQ(Reason(Merge(a_, b_)), "OK");
  clock_.Advance(kUnmergeWindow + Duration(1));
  EXPECT_EQ(Reason(merges_->Unmerge(Of(a_))), "UNMERGE_WINDOW_OVER");
  ASSERT_EQ(Reason(Merge(c_, b_)), "OK");
  clock_.Advance(kUnmergeWindow);
  EXPECT_EQ(Reason(merges_->Unmerge(Of(c_))), "OK");
}

TEST_P(MergesTest, NobodyIsAskedAboutAMergedTicket) {
  ASSERT_EQ(Reason(Merge(a_, b_)), "OK");
  const std::string before = FactTypes(a_.value);
  ASSERT_TRUE(
      React([&](sql::Tx& tx) { return tickets_->OpenSurveyIn(tx, a_, {"s", 1, 5}, ""); }).ok());
  EXPECT_EQ(FactTypes(a_.value), before);
}

MUARA_ON_BOTH_ENGINES(MergesTest);

}  // namespace
}  // namespace muara::ticket
