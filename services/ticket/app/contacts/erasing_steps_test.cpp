// Erasures go in steps of so much work, begin again after a stop at any of them, and reach what
// people keep about a person: recurring tickets and saved views.
#include "libs/base/crypto.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/search.pb.h"
#include "services/ticket/app/contacts/erasures.h"
#include "services/ticket/app/recurring/recurring_tickets.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/search/views.h"

namespace muara::ticket {
namespace {

constexpr const char* kAddress = "sari.qzaddress@home.test";

class ErasingStepsTest : public TicketTest {
 protected:
  ContactId ContactOf(const TicketId& id) { return Get(id).contact_id; }
  // By a process that stops after each step.
  int Work() {
    for (int steps = 0; steps < 500; ++steps) {
      const auto worked = Erasures(*database_, *log_, clock_).Step();
      EXPECT_TRUE(worked.ok()) << worked.error().message;
      if (!worked.ok() || !*worked) return steps;
    }
    return -1;
  }
  // How many tickets each fact of it has told of.
  std::vector<int> Told(const ContactId& id) {
    std::vector<int> told;
    for (const auto& envelope : Facts("contacts/" + id.value)) {
      v1::ContactErased fact;
      if (envelope.type != fact.GetDescriptor()->full_name()) continue;
      EXPECT_TRUE(fact.ParseFromString(envelope.data));
      told.push_back(fact.ticket_ids_size());
    }
    return told;
  }
  muara::Status KeepView(const std::string& id, const std::string& name,
                         const std::string& wanted) {
    v1::TicketFilter filter;
    filter.add_fields()->add_any_of(wanted);
    return database_->Transact([&](sql::Tx& tx) {
      return store::InsertView(tx, {id, name, "agents/9", true, filter.SerializeAsString()});
    });
  }
  // Of a ticket that has `count` messages of qzaddress more.
  TicketId LongTicket(int count) {
    Submission mail = Mail(kAddress, "qzcanary begins");
    mail.payload_digest = std::string(64, '0');
    const TicketId id = Take(mail).ticket_id;
    const Interaction first = On(id).at(0);
    EXPECT_TRUE(database_
                    ->Transact([&](sql::Tx& tx) -> muara::Status {
                      for (int i = 0; i < count; ++i) {
                        Interaction one = first;
                        one.id = InteractionId::New();
                        one.sequence = first.sequence + 1 + i;
                        RETURN_IF_ERROR(store::InsertInteraction(tx, one, ""));
                      }
                      return Ok();
                    })
                    .ok());
    return id;
  }

  int edits_ = 0;
};

TEST_P(ErasingStepsTest, OfALongTicketFiveHundredInteractionsGoAtATime) {
  const TicketId id = LongTicket(1100);
  const ContactId contact = ContactOf(id);
  ASSERT_TRUE(erasures_->Begin(OfContact(contact)).ok());
  const auto left = [&] {
    const auto rows = database_->Read(
        [](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM interaction WHERE text <> ''"); });
    return (*rows)[0].Int(0);
  };
  // The contact's own facts may come before or after.
  std::vector<int64_t> went;
  for (int64_t before = left(); before > 0;) {
    ASSERT_TRUE(*Erasures(*database_, *log_, clock_).Step());
    EXPECT_FALSE(erasures_->Get(contact)->done_time.has_value());
    const int64_t now = left();
    if (now != before) went.push_back(before - now);
    before = now;
  }
  EXPECT_EQ(went, (std::vector<int64_t>{500, 500, 101}));
  EXPECT_GT(Work(), 0);
  const Erasure done = *erasures_->Get(contact);
  EXPECT_TRUE(done.done_time.has_value());
  EXPECT_EQ(done.counts.at("interactions"), 1101) << "each is counted once";
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  EXPECT_TRUE(Holding("qzaddress").empty()) << ::testing::PrintToString(Holding("qzaddress"));
}

TEST_P(ErasingStepsTest, NothingIsOpenedForThemAnyMore) {
  const ContactId contact = ContactOf(Take(Mail(kAddress)).ticket_id);
  RecurringTickets recurring(*database_, *journal_, clock_);
  RecurringTicket one;
  one.id = "weekly";
  one.recurrence.time_zone = "UTC";
  one.recurrence.start = std::chrono::floor<std::chrono::days>(clock_.Now());
  one.contact_id = contact;
  one.queue_id = "general";
  one.subject = "Ask qzcanary";
  one.text = "qzcanary wants to be asked";
  const auto edit = [&] {
    return Edit{bus::KeyFor("put" + std::to_string(++edits_)), 0, "agents/9"};
  };
  const auto put = recurring.Put(edit(), one);
  ASSERT_TRUE(put.ok()) << put.error().message;
  RecurringTicket deleted = one;
  deleted.id = "monthly";
  ASSERT_TRUE(recurring.Put(edit(), deleted).ok());
  ASSERT_TRUE(recurring.Delete(edit(), "monthly").ok());
  ASSERT_TRUE(erasures_->Begin(OfContact(contact)).ok());
  clock_.Advance(std::chrono::hours(50));
  EXPECT_EQ(*recurring.FireDue(), 0);
  Work();
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
  const RecurringTicket ended = *recurring.Get("weekly");
  EXPECT_FALSE(ended.enabled);
  EXPECT_EQ(ended.version, 2);
  EXPECT_EQ(LastFact<v1::RecurringTicketChanged>("recurring-tickets/weekly").cause().reason(),
            "CONTACT_ERASED");
  EXPECT_EQ(recurring.Put(edit(), one).error().reason, "CONTACT_ERASED");
  EXPECT_EQ(erasures_->Get(contact)->counts.at("recurring_tickets"), 1);
}

TEST_P(ErasingStepsTest, ViewsThatNameTheirPointsGoAndOthersStay) {
  const ContactId contact = ContactOf(Take(Mail(kAddress)).ticket_id);
  ASSERT_TRUE(KeepView("1", "One person", "Sari.QZaddress@home.test").ok());
  ASSERT_TRUE(KeepView("2", "Mails of sari.qzaddress@home.test", "x").ok());
  ASSERT_TRUE(KeepView("3", "Others", "budi@home.test").ok());
  ASSERT_TRUE(erasures_->Begin(OfContact(contact)).ok());
  Work();
  const auto left = database_->Read([](sql::Tx& tx) { return store::ListAllViews(tx, 10, ""); });
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->at(0).id, "3");
  EXPECT_EQ(erasures_->Get(contact)->counts.at("views"), 2);
}

TEST_P(ErasingStepsTest, OneSweepServesAllThatWaitAndComesNotTooSoonAfterTheLast) {
  if (GetParam() != sql::Engine::kSqlite) return;
  const ContactId one = ContactOf(Take(Mail(kAddress)).ticket_id);
  const ContactId two = ContactOf(Take(Mail("budi@home.test")).ticket_id);
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    return store::SaveSweepPace(tx,
                                                {.due = clock_.Now() + std::chrono::minutes(10)});
                  })
                  .ok());
  ASSERT_TRUE(erasures_->Begin(OfContact(one)).ok());
  Work();
  clock_.Advance(std::chrono::minutes(5));
  ASSERT_TRUE(erasures_->Begin(OfContact(two)).ok());
  Work();
  EXPECT_FALSE(erasures_->Get(one)->done_time.has_value()) << "its words may be in the index";
  EXPECT_FALSE(erasures_->Get(two)->done_time.has_value());
  clock_.Advance(std::chrono::minutes(6));
  // Sweeping, seeing that nothing is left, and a proof for each.
  EXPECT_EQ(Work(), 4);
  EXPECT_TRUE(erasures_->Get(one)->done_time.has_value());
  EXPECT_TRUE(erasures_->Get(two)->done_time.has_value());
}

TEST_P(ErasingStepsTest, WhatThereIsToDoIsWrittenDownTwoHundredAtATime) {
  const auto wordy = [&] {
    Submission mail = Mail(kAddress, "qzcanary");
    mail.payload_digest = std::string(64, '0');
    return mail;
  };
  TicketId id;
  for (int i = 0; i < 450; ++i) id = Take(wordy()).ticket_id;
  for (int i = 0; i < 230; ++i) {
    const TicketId other = Take(Mail("budi@home.test")).ticket_id;
    Take(Hinted(wordy(), HintKind::kReplyToken, other.value));
  }
  const ContactId contact = ContactOf(id);
  ASSERT_TRUE(erasures_->Begin(OfContact(contact)).ok());
  const auto count = [&](const std::string& what) {
    const auto rows =
        database_->Read([&](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM " + what); });
    return (*rows)[0].Int(0);
  };
  EXPECT_EQ(count("erasure_item"), 1) << "the contact's own facts";
  EXPECT_FALSE(database_
                   ->Transact([&](sql::Tx& tx) -> Result<int> {
                     ASSIGN_OR_RETURN(const int settled, store::SettleSome(tx, contact, 200));
                     EXPECT_EQ(settled, 200);
                     return MakeError(Code::kUnavailable, "STOPPED", "the process stops");
                   })
                   .ok());
  std::vector<int64_t> written;
  while (count("erasure WHERE phase = 4") > 0) {
    const int64_t before = count("erasure_item");
    ASSERT_TRUE(*Erasures(*database_, *log_, clock_).Step());
    written.push_back(count("erasure_item") - before);
    EXPECT_EQ(count("interaction WHERE erased_us IS NOT NULL"), 0) << "nothing is forgotten";
  }
  // Three times 200, 200 and 50 tickets were settled again before that, and their own are among
  // those that they wrote on.
  EXPECT_EQ(written, (std::vector<int64_t>{0, 0, 0, 200, 200, 50, 0, 100, 130}));
  EXPECT_EQ(count("erasure_item WHERE kind = 1"), 450);
  EXPECT_EQ(count("erasure_item WHERE kind = 2"), 230);
  for (int steps = 0; !erasures_->Get(contact)->done_time && steps < 4000; ++steps) {
    ASSERT_TRUE(*Erasures(*database_, *log_, clock_).Step());
  }
  EXPECT_EQ(erasures_->Get(contact)->counts.at("tickets_of_others"), 230);
  EXPECT_TRUE(Holding("qzcanary").empty()) << ::testing::PrintToString(Holding("qzcanary"));
}

TEST_P(ErasingStepsTest, TheirTicketsAreToldOfTwoHundredAtATime) {
  TicketId id;
  for (int i = 0; i < 401; ++i) id = Take(Mail(kAddress)).ticket_id;
  const ContactId contact = ContactOf(id);
  ASSERT_TRUE(erasures_->Begin(OfContact(contact)).ok());
  for (int steps = 0; !erasures_->Get(contact)->done_time && steps < 2000; ++steps) {
    ASSERT_TRUE(*Erasures(*database_, *log_, clock_).Step());
  }
  EXPECT_EQ(Told(contact), (std::vector<int>{200, 200, 1}));
  const Erasure done = *erasures_->Get(contact);
  EXPECT_EQ(done.counts.at("tickets"), 401);
  std::vector<std::string> lines = {"contact " + contact.value};
  for (const auto& [kind, number] : done.counts) {
    lines.push_back("count " + kind + " " + std::to_string(number));
  }
  for (const Ticket& ticket : List()) lines.push_back("ticket " + ticket.id.value);
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  EXPECT_EQ(done.sha256, ToHex(Sha256(text)));
}

MUARA_ON_BOTH_ENGINES(ErasingStepsTest);

}  // namespace
}  // namespace muara::ticket
