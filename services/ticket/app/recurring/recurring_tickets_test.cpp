// Work that comes with the calendar: each once, never early, and caught up with by one ticket.
#include "services/ticket/app/recurring/recurring_tickets.h"

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using std::chrono::hours;

class RecurringTicketsTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    recurring_ = std::make_unique<RecurringTickets>(*database_, *journal_, clock_);
    contact_ = Take(Mail("a@x.test")).contact_id;
  }
  // Every day, a minute from now.
  RecurringTicket Daily(const std::string& id = "backup") {
    RecurringTicket one;
    one.id = id;
    one.recurrence.time_zone = "UTC";
    one.recurrence.start = std::chrono::floor<std::chrono::days>(clock_.Now());
    const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.Now());
    one.recurrence.minute_of_day = static_cast<int>(
        (minute + std::chrono::minutes(1) - one.recurrence.start).count() % (24 * 60));
    one.contact_id = contact_;
    one.subject = "Look at the backup";
    one.text = "Is it there?";
    one.queue_id = "it";
    one.priority = Priority::kHigh;
    one.tags = {"backup"};
    return one;
  }
  RecurringTicket Put(const RecurringTicket& one) {
    const auto put = recurring_->Put(Admin(), one);
    EXPECT_TRUE(put.ok()) << put.error().message;
    return put.ok() ? *put : RecurringTicket{};
  }
  int Opened() {
    int opened = 0;
    for (const Ticket& ticket : List()) opened += ticket.subject == "Look at the backup";
    return opened;
  }
  template <class T>
  static std::string Reason(const Result<T>& result) {
    return result.ok() ? "OK" : result.error().reason;
  }

  std::unique_ptr<RecurringTickets> recurring_;
  ContactId contact_;
};

TEST_P(RecurringTicketsTest, OpensATicketAtItsTimeAndNotBefore) {
  const RecurringTicket put = Put(Daily());
  ASSERT_TRUE(put.next);
  clock_.Advance(*put.next - clock_.Now() - Duration(1));
  EXPECT_EQ(*recurring_->FireDue(), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(*recurring_->FireDue(), 1);
  EXPECT_EQ(*recurring_->FireDue(), 0);
  const RecurringTicket now = *recurring_->Get("backup");
  EXPECT_EQ(*now.next - *put.next, hours(24));
  const Ticket opened = Get(now.last_ticket);
  EXPECT_EQ(opened.status, Status::kNew);
  EXPECT_EQ(opened.queue_id, "it");
  EXPECT_EQ(opened.priority, Priority::kHigh);
  EXPECT_EQ(opened.contact_id, contact_);
  EXPECT_EQ(On(opened.id).at(0).content.text, "Is it there?");
  EXPECT_EQ(On(opened.id).at(0).kind, InteractionKind::kNote);
  const auto cause = LastFact<v1::TicketOpened>(opened.id.value).cause();
  EXPECT_EQ(cause.reason() + " " + cause.note(), "RECURRING backup");
}

TEST_P(RecurringTicketsTest, WhatWasMissedIsMadeUpForByOne) {
  const RecurringTicket put = Put(Daily());
  clock_.Advance(hours(24 * 5));
  EXPECT_EQ(*recurring_->FireDue(), 1);
  EXPECT_EQ(*recurring_->FireDue(), 0);
  EXPECT_EQ(Opened(), 1);
  EXPECT_GT(*recurring_->Get("backup")->next, clock_.Now());
  EXPECT_EQ((*recurring_->Get("backup")->next - *put.next) % hours(24), Duration(0));
}

TEST_P(RecurringTicketsTest, SeveralReplicasOpenItOnce) {
  Put(Daily());
  clock_.Advance(hours(1));
  std::atomic<int> fired{0};
  bus::AtOnce(4, [&](int) {
    RecurringTickets other(*database_, *journal_, clock_);
    const auto done = other.FireDue();
    ASSERT_TRUE(done.ok()) << done.error().message;
    fired += *done;
  });
  EXPECT_EQ(fired, 1);
  EXPECT_EQ(Opened(), 1);
}

TEST_P(RecurringTicketsTest, ADisabledOrDeletedOneOpensNothing) {
  RecurringTicket one = Daily();
  Put(one);
  one.enabled = false;
  EXPECT_FALSE(Put(one).next);
  clock_.Advance(hours(48));
  EXPECT_EQ(*recurring_->FireDue(), 0);
  one.enabled = true;
  EXPECT_GT(*Put(one).next, clock_.Now());
  ASSERT_TRUE(recurring_->Delete(Admin(), "backup").ok());
  EXPECT_EQ(Reason(recurring_->Get("backup")), "RECURRING_TICKET_NOT_FOUND");
  clock_.Advance(hours(48));
  EXPECT_EQ(*recurring_->FireDue(), 0);
  EXPECT_EQ(FactTypes("recurring-tickets/backup"),
            "RecurringTicketChanged RecurringTicketChanged RecurringTicketChanged "
            "RecurringTicketDeleted");
}

TEST_P(RecurringTicketsTest, RefusesWhatMakesNoSense) {
  RecurringTicket one = Daily();
  one.contact_id = {"nobody"};
  EXPECT_EQ(Reason(recurring_->Put(Admin(), one)), "CONTACT_NOT_FOUND");
  one = Daily();
  one.subject.clear();
  one.queue_id = "Not a slug";
  one.recurrence.every = 0;
  const auto refused = recurring_->Put(Admin(), one);
  ASSERT_EQ(Reason(refused), "INVALID_FIELDS");
  EXPECT_EQ(refused.error().violations.size(), 3u);
  const Edit edit = Admin();
  ASSERT_EQ(Reason(recurring_->Put(edit, Daily())), "OK");
  EXPECT_EQ(recurring_->Put(edit, Daily())->version, 1) << "done twice is done once";
  EXPECT_EQ(Reason(recurring_->Put(Admin(7), Daily())), "STALE_VERSION");
}

TEST_P(RecurringTicketsTest, OneThatIsPutAnewByAClockThatIsBehindGoesOn) {
  const RecurringTicket put = Put(Daily());
  clock_.Advance(*put.next - clock_.Now());
  ASSERT_EQ(*recurring_->FireDue(), 1);
  clock_.Advance(-std::chrono::seconds(1));
  EXPECT_EQ(*Put(Daily()).next, *put.next) << "by its clock this is yet to come";
  clock_.Advance(std::chrono::seconds(1));
  const auto fired = recurring_->FireDue();
  ASSERT_TRUE(fired.ok()) << fired.error().message;
  EXPECT_EQ(Opened(), 1) << "the occurrence had its ticket";
  EXPECT_EQ(*recurring_->Get("backup")->next, *put.next + hours(24));
}

TEST_P(RecurringTicketsTest, WhatIsDueWhenItIsChangedIsOpenedStill) {
  RecurringTicket one = Daily();
  const RecurringTicket put = Put(one);
  clock_.Advance(*put.next - clock_.Now());
  one.text = "Is it there, and can it be read?";
  Put(one);
  EXPECT_EQ(*recurring_->FireDue(), 1);
  EXPECT_EQ(On(recurring_->Get("backup")->last_ticket).at(0).content.text, one.text);
}

TEST_P(RecurringTicketsTest, AMergedContactsTicketsAreItsSurvivorsWithItsAccount) {
  Account account;
  account.name = "Toko";
  ContactUpdate update;
  update.account_id = accounts_->Create(Admin(), account)->id;
  const ContactId survivor = Take(Mail("b@x.test")).contact_id;
  ASSERT_TRUE(contacts_->Set(OfContact(survivor), update).ok());
  Put(Daily());
  ASSERT_TRUE(contact_merges_->Merge(OfContact(contact_), survivor, MergeRights::kAny).ok());
  clock_.Advance(hours(1));
  ASSERT_EQ(*recurring_->FireDue(), 1);
  const Ticket opened = Get(recurring_->Get("backup")->last_ticket);
  EXPECT_EQ(opened.contact_id, survivor);
  EXPECT_EQ(opened.account_id, *update.account_id);
}

TEST_P(RecurringTicketsTest, ThoseThatCannotBeOpenedHoldUpNoOther) {
  RecurringTicket bad = Daily();
  bad.contact_id = Take(Mail("b@x.test")).contact_id;
  for (int i = 0; i < 101; ++i) {
    bad.id = "bad-" + std::to_string(i);
    Put(bad);
  }
  clock_.Advance(std::chrono::minutes(1));
  Put(Daily());
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    return tx.Execute("DELETE FROM contact WHERE id = $1", bad.contact_id.value);
                  })
                  .ok());
  clock_.Advance(hours(1));
  EXPECT_EQ(*recurring_->FireDue(), 0);
  EXPECT_LE(*recurring_->NextDue(), clock_.Now()) << "one was not tried";
  EXPECT_EQ(*recurring_->FireDue(), 1);
  EXPECT_EQ(Opened(), 1);
  EXPECT_EQ(*recurring_->NextDue(), clock_.Now() + kAsideFirst);
}

MUARA_ON_BOTH_ENGINES(RecurringTicketsTest);

}  // namespace
}  // namespace muara::ticket
