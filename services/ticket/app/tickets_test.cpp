// Every change of a ticket: done, done twice, refused, raced, and the one fact that each leaves.
#include "services/ticket/app/tickets.h"

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class TicketsTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    mail_ = Mail("sari@x.test");
    mail_.references = {"<older@sender.test>"};
    id_ = Take(mail_).ticket_id;
  }
  muara::Status Escalate(const std::string& survey) {
    return React([&](sql::Tx& tx) { return tickets_->AlertIn(tx, id_, survey); });
  }

  Submission mail_;
  TicketId id_;
};

const Time kFarTime = testing::ManualClock().Now() + std::chrono::hours(24);

struct MoveCase {
  const char* name;
  const char* fact;
  std::function<Result<Ticket>(Tickets&, const Change&)> move;
  Status from;
  Status to;
  Status wrong;
};

const std::vector<MoveCase>& Moves() {
  using enum Status;
  static const std::vector<MoveCase> moves = {
      {"assign", "TicketAssigned",
       [](Tickets& t, const Change& c) { return t.Assign(c, "7", "Agent Seven"); }, kNew, kOpen,
       kClosed},
      {"pend", "TicketPended", [](Tickets& t, const Change& c) { return t.Pend(c, {}); }, kOpen,
       kPending, kNew},
      {"pend until", "TicketPended",
       [](Tickets& t, const Change& c) { return t.Pend(c, kFarTime); }, kOpen, kPending, kClosed},
      {"hold", "TicketHeld", [](Tickets& t, const Change& c) { return t.Hold(c); }, kOpen, kOnHold,
       kNew},
      {"snooze", "TicketSnoozed", [](Tickets& t, const Change& c) { return t.Snooze(c, kFarTime); },
       kOpen, kSnoozed, kClosed},
      {"mark spam", "TicketMarkedSpam", [](Tickets& t, const Change& c) { return t.MarkSpam(c); },
       kNew, kSpam, kClosed},
      {"unmark spam", "TicketRestored", [](Tickets& t, const Change& c) { return t.UnmarkSpam(c); },
       kSpam, kOpen, kDeleted},
      {"delete", "TicketDeleted", [](Tickets& t, const Change& c) { return t.Delete(c); }, kSnoozed,
       kDeleted, kResolved},
      {"restore", "TicketRestored", [](Tickets& t, const Change& c) { return t.Restore(c); },
       kDeleted, kOpen, kOpen},
      {"resolve", "TicketResolved", [](Tickets& t, const Change& c) { return t.Resolve(c, ""); },
       kOpen, kResolved, kClosed},
      {"reopen", "TicketReopened", [](Tickets& t, const Change& c) { return t.Reopen(c); },
       kResolved, kOpen, kNew},
      {"close", "TicketClosed", [](Tickets& t, const Change& c) { return t.Close(c); }, kResolved,
       kClosed, kOpen},
      {"set", "TicketChanged",
       [](Tickets& t, const Change& c) {
         return t.Set(c, {"New subject", Priority::kUrgent, std::vector<std::string>{"a", "b\n"},
                          "billing"});
       },
       kOpen, kOpen, kClosed},
  };
  return moves;
}

TEST_P(TicketsTest, EveryMoveIsDoneOnceAndTellsOneFact) {
  for (const MoveCase& one : Moves()) {
    SCOPED_TRACE(one.name);
    const TicketId id = Take(Mail("sari@x.test")).ticket_id;
    Into(id, one.from);
    const size_t before = Facts(id.value).size();
    const int version = Get(id).version;
    clock_.Advance(std::chrono::seconds(1));

    const Change stale = Of(id, "stale", version + 1);
    EXPECT_EQ(one.move(*tickets_, stale).error().reason, "STALE_VERSION");
    const std::string key = std::string("the move ") + one.name;
    Change change = Of(id, key, version);
    change.why = "because";
    const auto done = one.move(*tickets_, change);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(done->status, one.to);
    EXPECT_EQ(done->version, version + 1);
    EXPECT_EQ(done->update_time, clock_.Now());
    const auto again = one.move(*tickets_, Of(id, key, version));
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->version, version + 1);
    Change other = Of(id, key);
    other.key.fingerprint = "another request";
    EXPECT_EQ(one.move(*tickets_, other).error().reason, "IDEMPOTENCY_CONFLICT");

    const auto facts = Facts(id.value);
    ASSERT_EQ(facts.size(), before + 1);
    EXPECT_EQ(facts.back().type, std::string("muara.ticket.v1.") + one.fact);
    v1::TicketAssigned fact;  // its two fields are the first of all of them
    ASSERT_TRUE(fact.ParseFromString(facts.back().data));
    EXPECT_EQ(fact.ticket().version(), version + 1);
    EXPECT_EQ(static_cast<int>(fact.ticket().status()), static_cast<int>(one.to));
    EXPECT_EQ(fact.cause().actor(), "agents/7");
    EXPECT_EQ(fact.cause().note(), "because");
  }
}

TEST_P(TicketsTest, AnUpdateSetsItsFieldsAndNamesThem) {
  ASSERT_TRUE(tickets_
                  ->Set(Of(id_), {"New subject", Priority::kUrgent,
                                  std::vector<std::string>{"a", "two\nlines\t\\"}, "billing"})
                  .ok());
  const Ticket ticket = Get(id_);
  EXPECT_EQ(ticket.subject, "New subject");
  EXPECT_EQ(ticket.priority, Priority::kUrgent);
  EXPECT_EQ(ticket.tags, (std::vector<std::string>{"a", "two\nlines\t\\"}));
  EXPECT_EQ(ticket.queue_id, "billing");
  const auto fact = LastFact<v1::TicketChanged>(id_.value);
  EXPECT_EQ(fact.fields_size(), 4);
}

TEST_P(TicketsTest, ARefusedMoveChangesAndTellsNothingAndFreesItsKey) {
  for (const MoveCase& one : Moves()) {
    SCOPED_TRACE(one.name);
    const TicketId id = Take(Mail("sari@x.test")).ticket_id;
    Into(id, one.wrong);
    const std::string before = FactTypes(id.value);
    const std::string key = std::string("refused ") + one.name;
    const auto refused = one.move(*tickets_, Of(id, key));
    EXPECT_EQ(refused.error().reason, "WRONG_STATE");
    EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(FactTypes(id.value), before);
    EXPECT_EQ(one.move(*tickets_, Of(TicketId{"nowhere"})).error().reason, "TICKET_NOT_FOUND");
  }
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  EXPECT_FALSE(tickets_->Pend(Of(id, "same key"), {}).ok());
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Seven").ok());
  EXPECT_TRUE(tickets_->Pend(Of(id, "same key"), {}).ok());
}

TEST_P(TicketsTest, OfManyMovesOnOneVersionOneWins) {
  const int version = Get(id_).version;
  std::atomic<int> won{0}, stale{0};
  bus::AtOnce(8, [&](int i) {
    const auto done =
        tickets_->Assign(Of(id_, "race " + std::to_string(i), version), std::to_string(i), "Agent");
    if (done.ok()) ++won;
    if (!done.ok() && done.error().reason == "STALE_VERSION") ++stale;
  });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(stale, 7);
  EXPECT_EQ(FactTypes(id_.value), "TicketOpened TicketAssigned");
}

TEST_P(TicketsTest, OneKeyFromManyThreadsIsOneChange) {
  std::atomic<int> ok{0};
  bus::AtOnce(8, [&](int) { ok += tickets_->Note(Of(id_, "one key"), "seen").ok() ? 1 : 0; });
  EXPECT_EQ(ok, 8);
  EXPECT_EQ(On(id_).size(), 2u);
  EXPECT_EQ(FactTypes(id_.value), "TicketOpened NoteAdded");
}

TEST_P(TicketsTest, ChangesOfOneTicketFromManyThreadsAreAllKept) {
  bus::AtOnce(8, [&](int thread) {
    for (int i = 0; i < 10; ++i) {
      const std::string key = std::to_string(thread) + "/" + std::to_string(i);
      EXPECT_TRUE(tickets_->Note(Of(id_, key), key).ok());
    }
  });
  const auto all = On(id_);
  ASSERT_EQ(all.size(), 81u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].sequence, static_cast<int>(i) + 1);
  EXPECT_EQ(Get(id_).version, 81);
  EXPECT_EQ(Facts(id_.value).size(), 81u);
}

TEST_P(TicketsTest, AReplyGoesBackTheWayTheContactWrote) {
  ASSERT_TRUE(tickets_->Assign(Of(id_), "7", "Agent Seven").ok());
  Outgoing outgoing{"We look into it", {Uploaded("%PDF-1.7", "b.pdf")}, 1};
  const auto written = tickets_->Reply(Of(id_, "reply"), outgoing);
  ASSERT_TRUE(written.ok()) << written.error().message;
  const Interaction& reply = written->interaction;
  EXPECT_EQ(reply.sequence, 2);
  EXPECT_EQ(reply.direction, Direction::kOutbound);
  EXPECT_EQ(reply.endpoint, kDesk);
  EXPECT_EQ(reply.in_reply_to, mail_.provider_message_id);
  EXPECT_EQ(reply.references, mail_.references);
  EXPECT_EQ(reply.conversation, id_.value);
  EXPECT_EQ(reply.points.at(0).value, "sari@x.test");
  EXPECT_EQ(reply.author_id, "7");
  EXPECT_EQ(reply.author_name, "Agent Seven");
  EXPECT_EQ(reply.delivery_status, DeliveryStatus::kQueued);
  EXPECT_EQ(written->ticket.first_reply_time, clock_.Now());
  const auto fact = LastFact<v1::ReplyWritten>(id_.value);
  EXPECT_EQ(fact.interaction().content().text(), "We look into it");
  EXPECT_EQ(fact.interaction().content().attachments(0).file_name(), "b.pdf");

  const auto again = tickets_->Reply(Of(id_, "reply"), outgoing);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->interaction.id, reply.id);
  EXPECT_EQ(again->interaction.content.text, "We look into it");
  EXPECT_EQ(FactTypes(id_.value), "TicketOpened TicketAssigned ReplyWritten");
}

TEST_P(TicketsTest, AStaleReplyIsRefusedWithWhatIsNew) {
  Answer(id_, "sari@x.test", "never mind");
  const auto stale = tickets_->Reply(Of(id_, "reply"), {"We look into it", {}, 1});
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().reason, "STALE_REPLY");
  EXPECT_EQ(stale.error().code, Code::kAborted);
  EXPECT_EQ(stale.error().metadata.at(0).second, "2");
  EXPECT_EQ(stale.error().metadata.at(1).second, "1");
  EXPECT_EQ(stale.error().metadata.at(2).first, "newer.2");
  EXPECT_EQ(stale.error().metadata.at(2).second,
            "CONTACT MESSAGE " + ToRfc3339(clock_.Now()) + " " + On(id_).at(1).id.value);
  EXPECT_EQ(Get(id_).interaction_count, 2);
  EXPECT_TRUE(tickets_->Reply(Of(id_, "reply"), {"We look into it", {}, 2}).ok());
}

TEST_P(TicketsTest, AColleaguesReplyMakesOneStaleButNotAnOwnOneANoteOrAMachine) {
  Change ours = Of(id_), theirs = Of(id_);
  theirs.actor = "agents/8";
  ASSERT_TRUE(tickets_->Reply(ours, {"first", {}, 1}).ok());
  ASSERT_TRUE(tickets_->Note(Of(id_), "a note").ok());
  Submission away = Hinted(Mail("sari@x.test"), HintKind::kReplyToken, id_.value);
  away.origin = Origin::kAutoReply;
  Take(away);
  EXPECT_TRUE(tickets_->Reply(Of(id_), {"and more", {}, 1}).ok());
  const auto stale = tickets_->Reply(theirs, {"they do not know", {}, 1});
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().reason, "STALE_REPLY");
  std::string newer;
  for (const auto& [name, value] : stale.error().metadata) {
    newer += name + "=" + value.substr(0, value.find(" 2")) + " ";
  }
  EXPECT_EQ(newer,
            "latest_sequence=5 newer_count=4 newer.2=AGENT MESSAGE newer.3=AGENT NOTE "
            "newer.4=MACHINE MESSAGE newer.5=AGENT MESSAGE ");
}

TEST_P(TicketsTest, WhereOnlyMachinesWroteThereIsNoWayToReply) {
  Submission bounce = Mail("daemon@x.test");
  bounce.origin = Origin::kBounce;
  const auto refused = tickets_->Reply(Of(Take(bounce).ticket_id), {"hello"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "NO_CHANNEL");
}

TEST_P(TicketsTest, ANoteIsForColleaguesAlone) {
  const auto note = tickets_->Note(Of(id_), "be kind");
  ASSERT_TRUE(note.ok());
  EXPECT_EQ(note->interaction.kind, InteractionKind::kNote);
  EXPECT_EQ(note->interaction.direction, Direction::kInternal);
  EXPECT_EQ(note->interaction.delivery_status, DeliveryStatus::kNone);
  EXPECT_FALSE(note->ticket.first_reply_time.has_value());
}

TEST_P(TicketsTest, AResolvedTicketTellsWhereASurveyGoes) {
  Answer(id_, "budi@x.test");
  Resolve(id_);
  const auto fact = LastFact<v1::TicketResolved>(id_.value);
  EXPECT_EQ(fact.last_inbound().contact_points(0).value(), "sari@x.test");
  EXPECT_EQ(fact.last_inbound().provider_message_id(), mail_.provider_message_id);
}

TEST_P(TicketsTest, ABadScoreReopensFlagsAndHurries) {
  Resolve(id_);
  ASSERT_TRUE(Escalate("survey-1").ok());
  const Ticket ticket = Get(id_);
  EXPECT_EQ(ticket.status, Status::kOpen);
  EXPECT_EQ(ticket.priority, Priority::kHigh);
  EXPECT_TRUE(ticket.flagged);
  EXPECT_EQ(LastFact<v1::TicketReopened>(id_.value).cause().reason(), "BAD_SCORE");
  ASSERT_TRUE(Escalate("survey-1").ok());
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).fields_size(), 2);
}

TEST_P(TicketsTest, ABadScoreOfAClosedTicketGoesOnInOneFlaggedFollowUp) {
  Close(id_);
  ASSERT_TRUE(Escalate("survey-1").ok());
  EXPECT_EQ(Get(id_).status, Status::kClosed);
  const auto found = List({.statuses = {Status::kNew}});
  ASSERT_EQ(found.size(), 1u);
  const Ticket& next = found[0];
  EXPECT_EQ(next.follow_up_of, id_);
  EXPECT_TRUE(next.flagged);
  EXPECT_EQ(next.priority, Priority::kHigh);
  EXPECT_EQ(next.contact_id, Get(id_).contact_id);
  EXPECT_EQ(LastFact<v1::TicketOpened>(next.id.value).cause().reason(), "BAD_SCORE");
  // A reply finds its way, the contact's next message finds it, and a second bad score too.
  const auto reply = tickets_->Reply(Of(next.id), {"sorry"});
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->interaction.points.at(0).value, "sari@x.test");
  EXPECT_EQ(Answer(id_, "sari@x.test").ticket_id, next.id);
  ASSERT_TRUE(Escalate("survey-1").ok());
  EXPECT_EQ(List().size(), 2u);
}

TEST_P(TicketsTest, WhatBecameOfADeliveryIsSeenAndThreadsItsAnswers) {
  const InteractionId reply = tickets_->Reply(Of(id_), {"hello"})->interaction.id;
  const auto told = [&](DeliveryStatus status) {
    return React(
        [&](sql::Tx& tx) { return tickets_->DeliveryIn(tx, reply, status, "<ours@muara.test>"); });
  };
  ASSERT_TRUE(told(DeliveryStatus::kFailed).ok());
  EXPECT_EQ(On(id_).back().delivery_status, DeliveryStatus::kFailed);
  ASSERT_TRUE(told(DeliveryStatus::kAccepted).ok());
  EXPECT_EQ(On(id_).back().delivery_status, DeliveryStatus::kAccepted);
  const auto fact = LastFact<v1::DeliveryStatusChanged>(id_.value);
  EXPECT_EQ(fact.interaction().delivery_status(), v1::DELIVERY_STATUS_ACCEPTED);
  EXPECT_EQ(
      Take(Hinted(Mail("sari@x.test"), HintKind::kReplyToMessage, "<ours@muara.test>")).ticket_id,
      id_);
  EXPECT_EQ(React([&](sql::Tx& tx) {
              return tickets_->DeliveryIn(tx, {"unknown"}, DeliveryStatus::kAccepted, "");
            })
                .error()
                .code,
            Code::kNotFound);
}

TEST_P(TicketsTest, ASurveyThatComesAfterReopeningIsPassedOver) {
  Resolve(id_);
  ASSERT_TRUE(tickets_->Reopen(Of(id_)).ok());
  const std::string before = FactTypes(id_.value);
  ASSERT_TRUE(
      React([&](sql::Tx& tx) { return tickets_->OpenSurveyIn(tx, id_, {"s", 1, 5}, ""); }).ok());
  EXPECT_EQ(FactTypes(id_.value), before);
  EXPECT_TRUE(Get(id_).survey.id.empty());
}

TEST_P(TicketsTest, WhatWasResolvedLongEnoughAgoIsClosed) {
  Resolve(id_);
  clock_.Advance(std::chrono::hours(1));
  const TicketId later = Take(Mail("budi@x.test")).ticket_id;
  Resolve(later);
  clock_.Advance(LifecyclePolicy().close_after - std::chrono::hours(1) - Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 1);
  EXPECT_EQ(Get(id_).status, Status::kClosed);
  EXPECT_EQ(Get(id_).close_time, clock_.Now());
  EXPECT_EQ(Get(later).status, Status::kResolved);
  EXPECT_EQ(*tickets_->FireDue(), 0);
  EXPECT_EQ(LastFact<v1::TicketClosed>(id_.value).cause().reason(), "CLOSE_AFTER");
}

TEST_P(TicketsTest, MachineMailDoesNotPutTheClosingOff) {
  Resolve(id_);
  clock_.Advance(LifecyclePolicy().close_after - std::chrono::hours(1));
  Submission mail = Hinted(Mail("sari@x.test"), HintKind::kReplyToken, id_.value);
  mail.origin = Origin::kAutoReply;
  Take(mail);
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(*tickets_->FireDue(), 1);
}

TEST_P(TicketsTest, SeveralClosersCloseEachTicketOnce) {
  for (int i = 0; i < 20; ++i) Resolve(Take(Mail("sari@x.test")).ticket_id);
  clock_.Advance(LifecyclePolicy().close_after);
  bus::AtOnce(4, [&](int) { EXPECT_TRUE(tickets_->FireDue().ok()); });
  int closed = 0;
  for (const auto& fact : Facts()) closed += fact.type.ends_with("TicketClosed") ? 1 : 0;
  EXPECT_EQ(closed, 20);
}

TEST_P(TicketsTest, AContactIsRenamedOnceAndNotOnAStaleVersion) {
  const ContactId id = Get(id_).contact_id;
  ContactUpdate rename;
  rename.display_name = "Sari";
  EXPECT_EQ(contacts_->Set(OfContact(id, "a", 9), rename).error().reason, "STALE_VERSION");
  ASSERT_TRUE(contacts_->Set(OfContact(id, "a", 1), rename).ok());
  EXPECT_EQ(contacts_->Set(OfContact(id, "a", 1), rename)->version, 2);
  EXPECT_EQ(contacts_->Get(id)->display_name, "Sari");
  EXPECT_EQ(contacts_->Set(OfContact({"no"}), rename).error().reason, "CONTACT_NOT_FOUND");
  EXPECT_EQ(FactTypes("contacts/" + id.value), "ContactChanged") << "told once";
  const auto fact = LastFact<v1::ContactChanged>("contacts/" + id.value);
  EXPECT_EQ(fact.contact().display_name(), "Sari");
  EXPECT_EQ(fact.contact().version(), 2);
  EXPECT_EQ(fact.cause().actor(), "agents/7");
}

TEST_P(TicketsTest, ATicketClosedBeforeItsSurveyIsAskedAboutByLinkAlone) {
  Close(id_);
  const Ticket closed = Get(id_);
  ASSERT_TRUE(
      React([&](sql::Tx& tx) { return tickets_->OpenSurveyIn(tx, id_, {"s", 1, 5}, ""); }).ok());
  EXPECT_EQ(LastFact<v1::SurveyOpened>(id_.value).ticket().open_survey_id(), "");
  EXPECT_EQ(Get(id_).version, closed.version);
}

MUARA_ON_BOTH_ENGINES(TicketsTest);

}  // namespace
}  // namespace muara::ticket
