// What arrives becomes tickets: threading, reopening, follow-ups, duplicates and races.
#include "services/ticket/app/intake.h"

#include <set>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class IntakeTest : public TicketTest {};

TEST_P(IntakeTest, AFirstMessageOpensATicketAndTellsIt) {
  const Accepted accepted = Take(Mail("sari@x.test"));
  EXPECT_TRUE(accepted.ticket_opened);
  EXPECT_FALSE(accepted.duplicate);
  const Ticket ticket = Get(accepted.ticket_id);
  EXPECT_EQ(ticket.status, Status::kNew);
  EXPECT_EQ(ticket.subject, "Printer");
  EXPECT_EQ(ticket.queue_id, "general");
  EXPECT_EQ(ticket.contact_name, "Name of sari@x.test");
  EXPECT_EQ(ticket.last_inbound_time, clock_.Now());
  EXPECT_EQ(ticket.version, 1);
  EXPECT_EQ(FactTypes(), "TicketOpened");
  const auto fact = LastFact<v1::TicketOpened>(ticket.id.value);
  EXPECT_EQ(fact.ticket().id(), ticket.id.value);
  EXPECT_EQ(fact.ticket().version(), 1);
  EXPECT_EQ(fact.interaction().content().text(), "help me");
  EXPECT_EQ(fact.interaction().sequence(), 1);
  EXPECT_EQ(fact.cause().actor(), "contacts/" + accepted.contact_id.value);
  EXPECT_EQ(fact.cause().reason(), "CONTACT_WROTE");
}

TEST_P(IntakeTest, TheEndpointDecidesTheQueue) {
  Submission mail = Mail("sari@x.test");
  mail.endpoint = "billing@muara.test";
  EXPECT_EQ(Get(Take(mail).ticket_id).queue_id, "billing");
}

TEST_P(IntakeTest, AMailWithoutHintsOpensItsOwnTicket) {
  const TicketId first = Take(Mail("sari@x.test")).ticket_id;
  const Accepted second = Take(Mail("sari@x.test"));
  EXPECT_NE(second.ticket_id, first);
  EXPECT_TRUE(Get(second.ticket_id).follow_up_of.empty());
}

TEST_P(IntakeTest, AnUnknownSenderIsFlaggedAndNeverBecomesTheRequester) {
  const Accepted first = Take(Mail("sari@x.test"));
  const Accepted second = Answer(first.ticket_id, "budi@x.test", "I am her colleague");
  EXPECT_EQ(second.ticket_id, first.ticket_id);
  EXPECT_NE(second.contact_id, first.contact_id);
  EXPECT_FALSE(On(first.ticket_id)[0].unknown_sender);
  EXPECT_TRUE(On(first.ticket_id)[1].unknown_sender);
  EXPECT_EQ(Get(first.ticket_id).contact_id, first.contact_id);
  // And a reply still goes to the requester.
  const auto reply = tickets_->Reply(Of(first.ticket_id), {"hello"});
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->interaction.points.at(0).value, "sari@x.test");
}

TEST_P(IntakeTest, AnswersGoWhereTheFirstMessageWantsThemButNotWhereALaterOneDoes) {
  Submission form = Mail("form@shop.test");
  form.reply_to = ContactPoint{PointKind::kEmail, "sari@x.test", "Sari"};
  const TicketId id = Take(form).ticket_id;
  EXPECT_EQ(tickets_->Reply(Of(id), {"hello"})->interaction.points.at(0).value, "sari@x.test");
  // It is no contact, and no requester.
  EXPECT_TRUE(contacts_->List("sari@x.test", 10, "")->empty());
  EXPECT_EQ(Get(id).contact_name, "Name of form@shop.test");

  // A number that was guessed and a sender that was forged turn no answer to a stranger.
  Submission forged = Hinted(form, HintKind::kSubjectTag, Get(id).reference);
  forged.idempotency_key = "forged";
  forged.reply_to->value = "eve@evil.test";
  ASSERT_EQ(Take(forged).ticket_id, id);
  EXPECT_EQ(tickets_->Reply(Of(id), {"hello"})->interaction.points.at(0).value, "form@shop.test");

  Submission proven = Hinted(form, HintKind::kReplyToken, id.value);
  proven.idempotency_key = "proven";
  ASSERT_EQ(Take(proven).ticket_id, id);
  EXPECT_EQ(tickets_->Reply(Of(id), {"hello"})->interaction.points.at(0).value, "sari@x.test");
}

TEST_P(IntakeTest, WhatAVisitorClaimsIsShownAndFindsNoTicketOfAnybody) {
  Submission chat = Chat("session-1");
  chat.claims = {{PointKind::kEmail, "sari@x.test"}};
  const Accepted visitor = Take(chat);
  chat.idempotency_key = "again";
  EXPECT_EQ(Take(chat).contact_id, visitor.contact_id);
  const Contact contact = *contacts_->Get(visitor.contact_id);
  ASSERT_EQ(contact.points.size(), 2u);
  EXPECT_EQ(contact.points[1].value, "sari@x.test");
  EXPECT_EQ(contact.points[1].assurance, Assurance::kClaimed);
  // She who really writes from there is somebody else.
  const Accepted mail = Take(Mail("sari@x.test"));
  EXPECT_NE(mail.contact_id, visitor.contact_id);
  EXPECT_EQ(contacts_->List("sari@x.test", 10, "")->size(), 2u);
  for (int i = 0; i < 20; ++i) {
    Submission more = Chat("session-1");
    more.claims = {{PointKind::kEmail, std::to_string(i) + "@x.test"}};
    Take(more);
  }
  EXPECT_LE(contacts_->Get(visitor.contact_id)->points.size(), 1 + kClaimsMax);
}

TEST_P(IntakeTest, AMessageReopensWhatWaitsAndWhatIsResolvedInsideTheWindow) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  for (const Status waiting : {Status::kPending, Status::kOnHold, Status::kSnoozed}) {
    Into(id, waiting);
    Answer(id, "sari@x.test");
    EXPECT_EQ(Get(id).status, Status::kOpen);
    EXPECT_FALSE(Get(id).until.has_value());
    EXPECT_TRUE(LastFact<v1::MessageReceived>(id.value).reopened());
  }
  Answer(id, "sari@x.test");
  EXPECT_FALSE(LastFact<v1::MessageReceived>(id.value).reopened());
  Resolve(id);
  clock_.Advance(LifecyclePolicy().reopen_window);
  Answer(id, "sari@x.test");
  EXPECT_EQ(Get(id).status, Status::kOpen);
  EXPECT_FALSE(Get(id).resolve_time.has_value());
  EXPECT_TRUE(LastFact<v1::MessageReceived>(id.value).reopened());
}

TEST_P(IntakeTest, AfterTheWindowAMessageOpensAFollowUpInTheSameQueue) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Update update;
  update.queue_id = "printers";
  ASSERT_TRUE(tickets_->Set(Of(id), update).ok());
  Resolve(id);
  clock_.Advance(LifecyclePolicy().reopen_window + Duration(1));
  const Accepted next = Answer(id, "sari@x.test");
  EXPECT_TRUE(next.ticket_opened);
  const Ticket ticket = Get(next.ticket_id);
  EXPECT_EQ(ticket.follow_up_of, id);
  EXPECT_EQ(ticket.queue_id, "printers");
  EXPECT_EQ(LastFact<v1::TicketOpened>(ticket.id.value).cause().reason(), "FOLLOW_UP");
  EXPECT_EQ(Get(id).status, Status::kResolved);
}

TEST_P(IntakeTest, AllThatIsWrittenOnAClosedTicketGoesToOneFollowUp) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Close(id);
  const std::string before = FactTypes(id.value);
  const Accepted first = Answer(id, "sari@x.test");
  const Accepted second = Answer(id, "sari@x.test");
  EXPECT_TRUE(first.ticket_opened);
  EXPECT_FALSE(second.ticket_opened);
  EXPECT_EQ(second.ticket_id, first.ticket_id);
  EXPECT_EQ(Get(first.ticket_id).follow_up_of, id);
  EXPECT_EQ(FactTypes(id.value), before) << "a closed ticket never changes";
  // And when that one is closed too, on to the next.
  Close(first.ticket_id);
  const Accepted third = Answer(id, "sari@x.test");
  EXPECT_EQ(Get(third.ticket_id).follow_up_of, first.ticket_id);
  EXPECT_EQ(Answer(id, "sari@x.test").ticket_id, third.ticket_id);
}

TEST_P(IntakeTest, MachineMailNeverReopensAndOpensNoFollowUp) {
  for (const Status status : {Status::kPending, Status::kOnHold, Status::kSnoozed,
                              Status::kResolved, Status::kSpam, Status::kDeleted}) {
    const TicketId id = Take(Mail("sari@x.test")).ticket_id;
    Into(id, status);
    for (const Origin origin :
         {Origin::kAutoReply, Origin::kBulk, Origin::kBounce, Origin::kOwnLoop}) {
      Submission mail = Hinted(Mail("sari@x.test"), HintKind::kReplyToken, id.value);
      mail.origin = origin;
      EXPECT_EQ(Take(mail).ticket_id, id);
      EXPECT_EQ(Get(id).status, status);
      const auto fact = LastFact<v1::MessageReceived>(id.value);
      EXPECT_FALSE(fact.reopened());
      EXPECT_EQ(fact.cause().reason(), "MACHINE_WROTE");
    }
  }
}

TEST_P(IntakeTest, WhatComesToSpamOrToWhatWasDeletedIsKeptAndWakesNobody) {
  for (const auto& [status, reason] :
       {std::pair{Status::kSpam, "KEPT_AS_SPAM"}, {Status::kDeleted, "KEPT_AS_DELETED"}}) {
    const TicketId id = Take(Mail("sari@x.test")).ticket_id;
    Into(id, status);
    EXPECT_EQ(Answer(id, "sari@x.test", "are you there?").ticket_id, id);
    EXPECT_EQ(Get(id).status, status);
    EXPECT_EQ(On(id).back().content.text, "are you there?");
    const auto fact = LastFact<v1::MessageReceived>(id.value);
    EXPECT_FALSE(fact.reopened());
    EXPECT_EQ(fact.cause().reason(), reason);
  }
}

TEST_P(IntakeTest, AChatterWhoseTicketWasPutAwayBeginsAnew) {
  const Accepted first = Take(Chat("session-1"));
  Into(first.ticket_id, Status::kDeleted);
  Submission later = Chat("session-1");
  later.conversation = "another";
  EXPECT_NE(Take(later).ticket_id, first.ticket_id);
}

TEST_P(IntakeTest, WhatComesToAClosedTicketIsKeptAndChangesNothing) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Resolve(id);
  ASSERT_TRUE(React([&](sql::Tx& tx) {
                return tickets_->OpenSurveyIn(tx, id, {"survey-1", 1, 5}, "");
              }).ok());
  ASSERT_TRUE(tickets_->Close(Of(id)).ok());
  const Ticket closed = Get(id);
  clock_.Advance(std::chrono::hours(1));
  Submission away = Hinted(Mail("sari@x.test", "I am away"), HintKind::kReplyToken, id.value);
  away.origin = Origin::kAutoReply;
  EXPECT_EQ(Take(away).ticket_id, id);
  EXPECT_EQ(Answer(id, "sari@x.test", "2").ticket_id, id);
  EXPECT_EQ(Get(id).version, closed.version);
  EXPECT_EQ(Get(id).update_time, closed.update_time);
  EXPECT_EQ(Get(id).interaction_count, closed.interaction_count);
  const auto on = On(id);
  ASSERT_EQ(on.size(), 3u) << "nothing is lost";
  EXPECT_EQ(on[1].content.text, "I am away");
  EXPECT_EQ(on[1].sequence, 2);
  EXPECT_EQ(on[2].kind, InteractionKind::kSurveyAnswer);
  EXPECT_EQ(LastFact<v1::MessageReceived>(id.value).interaction().survey_score(), 2);
  // Where the work goes on, a machine is heard there.
  const TicketId next = Answer(id, "sari@x.test", "it is broken again").ticket_id;
  EXPECT_NE(next, id);
  away.idempotency_key = "another";
  EXPECT_EQ(Take(away).ticket_id, next);
  EXPECT_EQ(On(id).size(), 3u);
}

TEST_P(IntakeTest, AScoreAnswersTheSurveyAndDoesNotReopen) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Resolve(id);
  ASSERT_TRUE(React([&](sql::Tx& tx) {
                return tickets_->OpenSurveyIn(tx, id, {"survey-1", 1, 5}, "");
              }).ok());
  Answer(id, "sari@x.test", " 4 ");
  EXPECT_EQ(Get(id).status, Status::kResolved);
  const auto fact = LastFact<v1::MessageReceived>(id.value);
  EXPECT_EQ(fact.interaction().kind(), v1::INTERACTION_KIND_SURVEY_ANSWER);
  EXPECT_EQ(fact.interaction().survey_id(), "survey-1");
  EXPECT_EQ(fact.interaction().survey_score(), 4);
  EXPECT_EQ(fact.cause().reason(), "SURVEY_ANSWERED");
  // Other words are a message like any other.
  Answer(id, "sari@x.test", "4 but it is broken again");
  EXPECT_EQ(Get(id).status, Status::kOpen);
}

TEST_P(IntakeTest, OnlyTheRequesterAnswersTheSurvey) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Resolve(id);
  ASSERT_TRUE(React([&](sql::Tx& tx) {
                return tickets_->OpenSurveyIn(tx, id, {"survey-1", 1, 5}, "");
              }).ok());
  Answer(id, "eve@x.test", "1");
  EXPECT_EQ(On(id).back().kind, InteractionKind::kMessage);
}

TEST_P(IntakeTest, TheSameSubmissionAgainIsADuplicateWithTheFirstIds) {
  const Submission mail = Mail("sari@x.test");
  const Accepted first = Take(mail);
  const Accepted second = Take(mail);
  EXPECT_TRUE(second.duplicate);
  EXPECT_FALSE(second.ticket_opened);
  EXPECT_EQ(second.ticket_id, first.ticket_id);
  EXPECT_EQ(second.interaction_id, first.interaction_id);
  EXPECT_EQ(second.contact_id, first.contact_id);
  EXPECT_EQ(FactTypes(), "TicketOpened");
  // A key is one endpoint's own.
  Submission other = mail;
  other.endpoint = "billing@muara.test";
  EXPECT_FALSE(Take(other).duplicate);
}

TEST_P(IntakeTest, TheSameKeyForAnotherMessageIsRefused) {
  Submission mail = Mail("sari@x.test");
  Take(mail);
  mail.payload_digest = "of something else";
  const auto refused = intake_->Submit(mail);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(refused.error().code, Code::kAlreadyExists);
  EXPECT_EQ(FactTypes(), "TicketOpened");
}

TEST_P(IntakeTest, AHundredMessagesOfOneChatContactAtOnceOpenOneTicket) {
  std::vector<Submission> messages;
  for (int i = 0; i < 100; ++i) messages.push_back(Chat("session-1", std::to_string(i)));
  bus::AtOnce(8, [&](int thread) {
    for (size_t i = thread; i < messages.size(); i += 8) {
      EXPECT_TRUE(intake_->Submit(messages[i]).ok());
    }
  });
  const auto tickets = List();
  ASSERT_EQ(tickets.size(), 1u);
  const auto written = On(tickets[0].id);
  ASSERT_EQ(written.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(written[i].sequence, i + 1);
  const auto facts = Facts();
  ASSERT_EQ(facts.size(), 100u);
  EXPECT_EQ(facts[0].type, "muara.ticket.v1.TicketOpened");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(facts[i].key_version, i + 1);
  EXPECT_EQ(contacts_->List("session-1", 10, "")->size(), 1u);
}

TEST_P(IntakeTest, ABurstOfAKnownContactOpensOneTicketToo) {
  for (int round = 0; round < 5; ++round) {
    const std::string session = "session-" + std::to_string(round);
    Close(Take(Chat(session)).ticket_id);
    std::vector<Submission> messages;
    for (int i = 0; i < 8; ++i) {
      messages.push_back(Chat(session));
      messages.back().endpoint = "other widget";
    }
    std::atomic<int> opened{0};
    bus::AtOnce(8, [&](int i) { opened += intake_->Submit(messages[i])->ticket_opened ? 1 : 0; });
    EXPECT_EQ(opened, 1);
  }
}

TEST_P(IntakeTest, AThousandRepeatsOfOneKeyMakeOneRow) {
  const Submission mail = Mail("sari@x.test");
  std::atomic<int> opened{0};
  bus::AtOnce(8, [&](int) {
    for (int i = 0; i < 125; ++i) {
      const auto accepted = intake_->Submit(mail);
      ASSERT_TRUE(accepted.ok());
      if (!accepted->duplicate) ++opened;
    }
  });
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(FactTypes(), "TicketOpened");
  EXPECT_EQ(List().size(), 1u);
}

TEST_P(IntakeTest, AChatGoesOnAcrossSessionsWhileItsTicketIsOpen) {
  Submission first = Chat("visitor-1");
  first.conversation = "session-1";
  Submission second = Chat("visitor-1");
  second.conversation = "session-2";
  EXPECT_EQ(Take(first).ticket_id, Take(second).ticket_id);
  Submission elsewhere = Chat("visitor-1");
  elsewhere.endpoint = "other widget";
  EXPECT_TRUE(Take(elsewhere).ticket_opened);
}

TEST_P(IntakeTest, AChatsSubjectIsItsFirstLineCutAtACharacter) {
  EXPECT_EQ(Get(Take(Chat("s1", "My order\nis late")).ticket_id).subject, "My order");
  const std::string subject =
      Get(Take(Chat("s2", std::string(99, 'a') + "\xc3\xa4 and more")).ticket_id).subject;
  EXPECT_EQ(subject, std::string(99, 'a'));
}

MUARA_ON_BOTH_ENGINES(IntakeTest);

}  // namespace
}  // namespace muara::ticket
