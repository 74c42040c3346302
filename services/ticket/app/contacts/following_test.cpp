// What follows a contact to its many tickets: some at a time, by whoever goes on, whatever fails,
// and without reading what is not its own.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"

namespace muara::ticket {
namespace {

class FollowingTest : public SlaAppTest {
 protected:
  Account Make(const std::string& name) {
    Account account;
    account.name = name;
    return *accounts_->Create(Admin(), account);
  }
  void SettleAll() {
    for (auto settled = sla_->SettleBehind(); *settled > 0; settled = sla_->SettleBehind()) {
    }
  }
  std::string PolicyOf(const TicketId& id) {
    for (const Explained& one : *sla_->Explain(id)) {
      if (!one.clock.end) return one.clock.policy_id + " by " + one.clock.rule;
    }
    return "none";
  }
};
MUARA_ON_BOTH_ENGINES(FollowingTest);

// A process that stops after so many changes of tickets.
class Stopping final : public Follower {
 public:
  explicit Stopping(int after) : left_(after) {}
  muara::Status Follow(sql::Tx&, const Entry&, Time) override {
    if (left_-- > 0) return Ok();
    return MakeError(Code::kUnavailable, "STOPPED", "the process stops");
  }

 private:
  int left_;
};

TEST_P(FollowingTest, TicketsThatWereLeftBehindFollowLater) {
  const Account account = Make("Toko");
  Accepted last;
  for (int i = 0; i < 205; ++i) last = Take(Mail("many@x.test"));
  Stopping stopping(150);
  const Journal journal(*log_, {&stopping});
  ContactUpdate update;
  update.account_id = account.id;
  Contacts dying(*database_, journal, *search_index_, clock_);
  EXPECT_EQ(dying.Set(OfContact(last.contact_id), update).error().reason, "STOPPED");
  const auto followed = [&] {
    int count = 0;
    for (const Ticket& ticket : List()) count += ticket.account_id == account.id;
    return count;
  };
  EXPECT_EQ(followed(), 100);
  EXPECT_TRUE(*contacts_->GoOnFollowing()) << "some at a time";
  EXPECT_FALSE(*contacts_->GoOnFollowing());
  EXPECT_EQ(followed(), 205);
  const auto cause = LastFact<v1::TicketChanged>(last.ticket_id.value).cause();
  EXPECT_EQ(cause.actor() + " " + cause.reason() + " " + cause.note(),
            "agents/7 CONTACT_ACCOUNT as they asked");
  EXPECT_FALSE(*contacts_->GoOnFollowing());
}

// Nothing changes tickets of this subject.
struct Broken final : Follower {
  muara::Status Follow(sql::Tx&, const Entry& entry, Time) override {
    if (entry.ticket.subject != "Broken") return Ok();
    return MakeError(Code::kInternal, "BROKEN", "");
  }
};

TEST_P(FollowingTest, ContactsWhoseTicketsFailHoldUpNoOther) {
  const Account account = Make("Toko");
  ContactUpdate update;
  update.account_id = account.id;
  Broken broken;
  const Journal journal(*log_, {&broken});
  Contacts contacts(*database_, journal, *search_index_, clock_);
  for (int i = 0; i < 101; ++i) {
    Submission mail = Mail("bad" + std::to_string(i) + "@x.test");
    mail.content.subject = "Broken";
    EXPECT_EQ(contacts.Set(OfContact(Take(mail).contact_id), update).error().reason, "BROKEN");
  }
  const Accepted last = Take(Mail("good@x.test"));
  Stopping stopping(0);
  const Journal stopped(*log_, {&stopping});
  Contacts dying(*database_, stopped, *search_index_, clock_);
  EXPECT_EQ(dying.Set(OfContact(last.contact_id), update).error().reason, "STOPPED");
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(*contacts.GoOnFollowing()) << "there may be more";
  EXPECT_FALSE(*contacts.GoOnFollowing());
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 101) << "one line a try";
  EXPECT_EQ(Get(last.ticket_id).account_id, account.id);
}

TEST_P(FollowingTest, ClocksOfManyTicketsAreSettledSomeAtATimeByWhoeverGoesOn) {
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, std::chrono::hours(1))});
  policy.rules[0].name = "tagged";
  policy.rules[0].contact_tags = {"vip"};
  Promise("by-tag", policy);
  std::vector<Accepted> taken;
  for (int i = 0; i < 450; ++i) taken.push_back(Take(Mail("many@x.test")));
  Close(taken[7].ticket_id);
  const ContactId id = taken[0].contact_id;
  ContactUpdate update;
  update.tags = {"vip"};
  const auto marked = [&] {
    return (*database_->Read(
        [](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM sla_ledger WHERE book = 0"); }))[0]
        .Int(0);
  };
  // A process that stops after one of its steps.
  ASSERT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, id));
                RETURN_IF_ERROR(SetContactIn(tx, contact, update, *search_index_, clock_.Now()));
                return Ok();
              }).ok());
  EXPECT_EQ(marked(), 0) << "nobody else waits for it";
  ASSERT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                RETURN_IF_ERROR(store::SettleSome(tx, id, 200));
                return Ok();
              }).ok());
  EXPECT_EQ(marked(), 200);
  EXPECT_TRUE(*contacts_->GoOnFollowing());
  EXPECT_EQ(marked(), 400);
  EXPECT_FALSE(*contacts_->GoOnFollowing());
  EXPECT_EQ(marked(), 449) << "all but the closed one";
  SettleAll();
  EXPECT_EQ(PolicyOf(taken.front().ticket_id), "by-tag by tagged");
  EXPECT_EQ(PolicyOf(taken.back().ticket_id), "by-tag by tagged");
  // Whoever is there to the end leaves nothing behind.
  update.tags = {"other"};
  ASSERT_TRUE(contacts_->Set(OfContact(id), update).ok());
  EXPECT_EQ(marked(), 449);
  EXPECT_FALSE(*contacts_->GoOnFollowing());
  SettleAll();
  EXPECT_EQ(PolicyOf(taken.back().ticket_id), "none");
}

TEST_P(FollowingTest, NothingOfThisScansATableOnPostgres) {
  if (GetParam() != sql::Engine::kPostgres) return;
  const Accepted taken = Take(Mail("sari@x.test"));
  const auto looked = database_->Transact([&](sql::Tx& tx) -> muara::Status {
    for (const char* fill :
         {"INSERT INTO account (id, name, name_key, contract_sla_policy_id, tags, fields, notes, "
          "created_us, updated_us, version) SELECT 'a' || n, 'N' || n, 'n' || n, '', '', '', '', "
          "0, 0, 1 FROM generate_series(1, 5000) n",
          "INSERT INTO account_domain (domain, account_id) SELECT 'd' || n || '.test', 'a' || n "
          "FROM generate_series(1, 5000) n",
          "INSERT INTO ticket SELECT r.* FROM ticket t, generate_series(1, 5000) n, "
          "jsonb_populate_record(CAST(NULL AS ticket), to_jsonb(t) || jsonb_build_object('id', "
          "'t' || n, 'contact_id', 'c' || n % 1000, 'account_id', 'a' || n % 1000, 'status', "
          "1 + n % 5, 'resolved_us', n)) r",
          "INSERT INTO contact_follow (contact_id, actor, why) SELECT 'c' || n, '', '' FROM "
          "generate_series(1, 5000) n",
          "INSERT INTO contact_settle (contact_id, after_id) SELECT 'c' || n, '' FROM "
          "generate_series(1, 5000) n",
          "ANALYZE"}) {
      RETURN_IF_ERROR(tx.Execute(fill));
    }
    // "account 0 ticket 3 ": how often each was read whole in this transaction.
    const auto scans = [&]() -> Result<std::string> {
      ASSIGN_OR_RETURN(const sql::Rows rows,
                       tx.Query("SELECT relname, CAST(seq_scan AS BIGINT) FROM "
                                "pg_stat_xact_user_tables WHERE relname IN ('account', "
                                "'account_domain', 'ticket', 'contact_follow', 'contact_settle') "
                                "ORDER BY relname"));
      std::string text;
      for (const sql::Row& row : rows) text += row.Text(0) + " " + std::to_string(row.Int(1)) + " ";
      return text;
    };
    ASSIGN_OR_RETURN(const std::string before, scans());
    ASSIGN_OR_RETURN(const auto found, store::ListAccounts(tx, {"", "d77"}, 10, ""));
    EXPECT_EQ(found.size(), 10u);
    ASSIGN_OR_RETURN(const auto named, store::ListAccounts(tx, {"n77", ""}, 10, ""));
    EXPECT_EQ(named.size(), 10u);
    ASSIGN_OR_RETURN(const AccountId claimed,
                     store::AccountOfDomains(tx, {"x.d7.test", "d7.test"}));
    EXPECT_EQ(claimed.value, "a7");
    Contact contact;
    contact.id = {"c77"};
    ASSIGN_OR_RETURN(const auto behind, store::ListOfOtherAccounts(tx, contact, 100));
    EXPECT_GT(behind.size(), 0u);
    ASSIGN_OR_RETURN(const auto asked, store::ListAskedToFollow(tx, 100));
    EXPECT_EQ(asked.size(), 100u);
    RETURN_IF_ERROR(store::FindFollow(tx, contact.id));
    RETURN_IF_ERROR(store::ListAskedToSettle(tx, 100));
    RETURN_IF_ERROR(store::SettleSome(tx, contact.id, 200));
    RETURN_IF_ERROR(store::BeginClosingWalk(tx));
    ASSIGN_OR_RETURN(const auto step, store::StepClosingWalk(tx, 100));
    EXPECT_EQ(step.count, 100);
    ASSIGN_OR_RETURN(const std::string after, scans());
    EXPECT_EQ(after, before) << "something reads a whole table";
    return Ok();
  });
  EXPECT_TRUE(looked.ok()) << looked.error().message;
}

}  // namespace
}  // namespace muara::ticket
