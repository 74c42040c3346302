// A part of one ticket becomes another, and goes back.
#include "services/ticket/app/links/splits.h"

#include <future>
#include <thread>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/store/contacts/contacts.h"

namespace muara::ticket {
namespace {

class SplitsTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    id_ = Take(Mail("a@x.test", "the printer")).ticket_id;
    Into(id_, Status::kOpen);
    Answer(id_, "a@x.test", "and an invoice");
    ASSERT_TRUE(tickets_->Reply(Of(id_), {"which one?", {}, 0}).ok());
    Answer(id_, "a@x.test", "the last");
  }
  Result<Ticket> Split(const std::vector<int>& sequences) {
    return splits_->Split(Of(id_), Choose(sequences));
  }
  SplitOff Choose(const std::vector<int>& sequences) {
    SplitOff off;
    for (const int sequence : sequences) off.interactions.push_back(On(id_)[sequence - 1].id);
    return off;
  }
  template <class T>
  static std::string Reason(const Result<T>& result) {
    return result.ok() ? "OK" : result.error().reason;
  }

  TicketId id_;
};

TEST_P(SplitsTest, WaitsForWhoeverGivesTheContactAnotherAccount) {
  Account account;
  account.name = "Toko";
  const AccountId toko = accounts_->Create(Admin(), account)->id;
  const ContactId whose = Get(id_).contact_id;
  std::promise<void> is_held;
  std::promise<void> let_go;
  std::thread holder([&] {
    EXPECT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                  ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, whose));
                  contact.account_id = toko;
                  RETURN_IF_ERROR(store::SaveContact(tx, contact));
                  is_held.set_value();
                  let_go.get_future().wait();
                  return Ok();
                }).ok());
  });
  is_held.get_future().wait();
  const SplitOff off = Choose({2});
  auto split = std::async(std::launch::async, [&] { return splits_->Split(Of(id_), off); });
  split.wait_for(std::chrono::milliseconds(200));  // it waits for the contact by then
  let_go.set_value();
  holder.join();
  const auto made = split.get();
  ASSERT_EQ(Reason(made), "OK");
  EXPECT_EQ(made->account_id, toko) << "nobody takes it along later";
}

TEST_P(SplitsTest, WhatIsChosenOpensATicketAndStaysWhereItWas) {
  SplitOff off = Choose({4, 2, 3});
  off.subject = "Invoice";
  off.queue_id = "billing";
  const Change change = Of(id_, "", Get(id_).version);
  const auto made = splits_->Split(change, off);
  ASSERT_EQ(Reason(made), "OK");
  EXPECT_EQ(splits_->Split(change, off)->id, made->id) << "done twice is done once";
  EXPECT_EQ(made->status, Status::kNew);
  EXPECT_EQ(made->subject, "Invoice");
  EXPECT_EQ(made->queue_id, "billing");
  EXPECT_EQ(made->split_from, id_);
  EXPECT_EQ(made->contact_id, Get(id_).contact_id);
  const auto copies = On(made->id);
  ASSERT_EQ(copies.size(), 3u);
  EXPECT_EQ(copies[0].content.text, "and an invoice") << "in the order in which it happened";
  EXPECT_EQ(copies[2].content.text, "the last");
  EXPECT_EQ(copies[1].sequence, 2);
  EXPECT_EQ(copies[0].copied_from, On(id_)[1].id);
  EXPECT_EQ(copies[0].create_time, On(id_)[1].create_time);
  EXPECT_EQ(On(id_).size(), 4u);
  EXPECT_EQ(Get(made->id).last_inbound_time, copies[2].create_time);
  EXPECT_FALSE(Get(made->id).first_reply_time) << "what was said before is no answer to it";
  EXPECT_EQ(links_->List(id_)->at(0).link.kind, LinkKind::kRelated);
}

TEST_P(SplitsTest, EachTicketTellsWhatHappenedOnIt) {
  const auto made = Split({2, 3, 4});
  ASSERT_EQ(Reason(made), "OK");
  EXPECT_EQ(FactTypes(made->id.value), "TicketOpened InteractionCopied InteractionCopied");
  const auto told = LastFact<v1::TicketSplit>(id_.value);
  EXPECT_EQ(told.into_ticket_id(), made->id.value);
  EXPECT_EQ(told.interaction_ids_size(), 3);
  EXPECT_EQ(told.cause().reason(), "SPLIT");
  EXPECT_EQ(told.ticket().version(), Get(id_).version);
}

TEST_P(SplitsTest, WhatTheContactStillWritesGoesToTheTicketThatItAnswers) {
  const auto made = Split({2});
  ASSERT_EQ(Reason(made), "OK");
  EXPECT_EQ(Answer(made->id, "a@x.test").ticket_id, made->id);
  EXPECT_EQ(Answer(id_, "a@x.test").ticket_id, id_);
  const std::string first_mail = On(id_)[0].provider_message_id;
  EXPECT_EQ(Take(Hinted(Mail("a@x.test"), HintKind::kReference, first_mail)).ticket_id, id_);
}

TEST_P(SplitsTest, AReplyFindsItsWayAlsoWhereOnlyOurOwnWordsWereChosen) {
  const auto made = Split({3});
  ASSERT_EQ(Reason(made), "OK");
  const auto reply = tickets_->Reply(Of(made->id), {"hello", {}, 0});
  ASSERT_EQ(Reason(reply), "OK");
  EXPECT_EQ(reply->interaction.points[0].value, "a@x.test");
  EXPECT_EQ(reply->interaction.endpoint, kDesk);
}

TEST_P(SplitsTest, ItBelongsToWhoeverWroteWhatWasChosen) {
  Answer(id_, "b@x.test", "me too");
  const auto theirs = Split({5});
  ASSERT_EQ(Reason(theirs), "OK");
  EXPECT_EQ(theirs->contact_name, "Name of b@x.test");
  EXPECT_FALSE(On(theirs->id)[0].unknown_sender);
  const auto both = Split({1, 5});
  ASSERT_EQ(Reason(both), "OK");
  EXPECT_EQ(both->contact_id, Get(id_).contact_id);
  EXPECT_TRUE(On(both->id)[1].unknown_sender);
}

TEST_P(SplitsTest, RefusesWhatCannotBe) {
  const TicketId other = Take(Mail("b@x.test")).ticket_id;
  SplitOff foreign;
  foreign.interactions = {On(other)[0].id};
  const auto refused = splits_->Split(Of(id_), foreign);
  ASSERT_EQ(Reason(refused), "INTERACTION_NOT_FOUND");
  EXPECT_EQ(refused.error().metadata.back().second, foreign.interactions[0].value);
  EXPECT_EQ(Reason(Split({2, 2})), "INVALID_FIELDS");
  EXPECT_EQ(Reason(splits_->Split(Of(id_, "", 99), Choose({1}))), "STALE_VERSION");
  EXPECT_EQ(Reason(splits_->Split(Of({"nowhere"}), Choose({1}))), "TICKET_NOT_FOUND");
  EXPECT_EQ(Reason(splits_->Undo(Of(id_))), "NOT_SPLIT");
  EXPECT_EQ(links_->List(id_)->size(), 0u) << "a refused one leaves nothing";
  Close(id_);
  EXPECT_EQ(Reason(Split({1})), "WRONG_STATE");
}

TEST_P(SplitsTest, UndoneItGoesOnWhereItCameFrom) {
  const auto made = Split({2});
  ASSERT_EQ(Reason(made), "OK");
  const Change undo = Of(made->id);
  ASSERT_EQ(Reason(splits_->Undo(undo)), "OK");
  EXPECT_EQ(Reason(splits_->Undo(undo)), "OK") << "done twice is done once";
  EXPECT_EQ(Get(made->id).merged_into, id_);
  EXPECT_EQ(Answer(made->id, "a@x.test").ticket_id, id_);
  const auto late = Split({2});
  ASSERT_EQ(Reason(late), "OK");
  clock_.Advance(kUnmergeWindow + Duration(1));
  EXPECT_EQ(Reason(splits_->Undo(Of(late->id))), "SPLIT_WINDOW_OVER");
}

MUARA_ON_BOTH_ENGINES(SplitsTest);

}  // namespace
}  // namespace muara::ticket
