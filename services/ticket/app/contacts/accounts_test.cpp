// Accounts, who joins them, and what follows for tickets and their clocks, on both engines.
#include "services/ticket/app/contacts/accounts.h"

#include <gmock/gmock.h>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"

namespace muara::ticket {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AccountsTest : public SlaAppTest {
 protected:
  Account Make(const std::string& name, std::vector<std::string> domains,
               const std::string& contract = "") {
    Account account;
    account.name = name;
    account.domains = std::move(domains);
    account.contract_sla_policy_id = contract;
    const auto made = accounts_->Create(Admin(), account);
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? *made : Account{};
  }
  Submission Verified(const std::string& from) {
    Submission mail = Mail(from);
    mail.sender.assurance = Assurance::kChannelVerified;
    return mail;
  }
  Contact ContactOf(const Accepted& accepted) { return *contacts_->Get(accepted.contact_id); }
  void Join(const ContactId& id, const AccountId& account) {
    ContactUpdate update;
    update.account_id = account;
    const auto set = contacts_->Set(OfContact(id), update);
    ASSERT_TRUE(set.ok()) << set.error().message;
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
  SlaPolicy Resolution(hours duration) {
    return Policy({Target(TargetKind::kResolution, duration)});
  }
};
MUARA_ON_BOTH_ENGINES(AccountsTest);

TEST_P(AccountsTest, AreMadeOnceAndFound) {
  Account account;
  account.name = "Toko Élan";
  account.domains = {"elan.test", "elan.example"};
  account.tags = {"gold"};
  account.notes = "pays late";
  const Edit edit{bus::KeyFor("make"), 0, "agents/admin"};
  const auto made = accounts_->Create(edit, account);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(accounts_->Create(edit, account)->id, made->id);
  EXPECT_EQ(FactTypes("contact-accounts/" + made->id.value), "AccountChanged");
  const auto kept = accounts_->Get(made->id);
  EXPECT_EQ(kept->name, "Toko Élan");
  EXPECT_THAT(kept->domains, ElementsAre("elan.example", "elan.test"));
  EXPECT_THAT(kept->tags, ElementsAre("gold"));
  EXPECT_EQ(kept->notes, "pays late");
  Make("Tokopedia", {"toko.test"});
  EXPECT_EQ(accounts_->List({"toko", ""}, 10, "")->size(), 2u);
  EXPECT_EQ(accounts_->List({"toko elan", ""}, 10, "")->size(), 1u);
  EXPECT_EQ(accounts_->List({"", "elan."}, 10, "")->size(), 1u);
  EXPECT_EQ(accounts_->List({"", "%"}, 10, "")->size(), 0u);
  EXPECT_EQ(accounts_->List({}, 1, "")->size(), 1u);
  EXPECT_EQ(accounts_->Get({"no"}).error().reason, "ACCOUNT_NOT_FOUND");
}

TEST_P(AccountsTest, ADomainIsOfOneAccountAndTheRefusalNamesIt) {
  const Account first = Make("First", {"x.test"});
  Account second;
  second.name = "Second";
  second.domains = {"y.test", "x.test"};
  const auto refused = accounts_->Create(Admin(), second);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kAlreadyExists);
  EXPECT_EQ(refused.error().reason, "DOMAIN_TAKEN");
  EXPECT_THAT(refused.error().message, HasSubstr(first.id.value));
  EXPECT_EQ(accounts_->List({"second", ""}, 10, "")->size(), 0u);  // nothing half done
  AccountUpdate update;
  update.domains = {"z.test"};
  ASSERT_TRUE(accounts_->Set(Admin(), first.id, update).ok());
  EXPECT_TRUE(accounts_->Create(Admin(), second).ok());
}

TEST_P(AccountsTest, AVerifiedAddressJoinsTheLongestDomain) {
  const Account whole = Make("Whole", {"toko.test"});
  const Account part = Make("Part", {"lab.toko.test"});
  EXPECT_EQ(ContactOf(Take(Verified("a@toko.test"))).account_id, whole.id);
  EXPECT_EQ(ContactOf(Take(Verified("a@mail.toko.test"))).account_id, whole.id);
  const Accepted accepted = Take(Verified("a@x.lab.toko.test"));
  EXPECT_EQ(ContactOf(accepted).account_id, part.id);
  EXPECT_EQ(Get(accepted.ticket_id).account_id, part.id);
  const auto told = LastFact<v1::ContactChanged>("contacts/" + accepted.contact_id.value);
  EXPECT_EQ(told.cause().reason(), "ACCOUNT_BY_DOMAIN");
  EXPECT_TRUE(ContactOf(Take(Verified("a@nottoko.test"))).account_id.empty());
  EXPECT_TRUE(ContactOf(Take(Mail("b@toko.test"))).account_id.empty()) << "merely claimed";
}

TEST_P(AccountsTest, TicketsFollowTheirContactUntilTheyAreClosed) {
  const Account account = Make("Toko", {});
  const Accepted open = Take(Mail("sari@x.test"));
  const Accepted closed = Take(Mail("sari@x.test"));
  const Accepted spam = Take(Mail("sari@x.test"));
  Close(closed.ticket_id);
  Into(spam.ticket_id, Status::kSpam);
  const auto change = OfContact(open.contact_id, "join");
  ContactUpdate update;
  update.account_id = account.id;
  ASSERT_TRUE(contacts_->Set(change, update).ok());
  ASSERT_TRUE(contacts_->Set(change, update).ok());
  EXPECT_EQ(Get(open.ticket_id).account_id, account.id);
  EXPECT_EQ(Get(spam.ticket_id).account_id, account.id);
  EXPECT_TRUE(Get(closed.ticket_id).account_id.empty());
  EXPECT_EQ(FactTypes(open.ticket_id.value), "TicketOpened TicketChanged");
  EXPECT_EQ(Get(Take(Mail("sari@x.test")).ticket_id).account_id, account.id);
  update.account_id = AccountId{"nowhere"};
  EXPECT_EQ(contacts_->Set(OfContact(open.contact_id), update).error().reason, "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(accounts_->Delete(Admin(), account.id).error().reason, "ACCOUNT_IN_USE");
  Join(open.contact_id, {});
  EXPECT_TRUE(Get(open.ticket_id).account_id.empty());
  EXPECT_TRUE(accounts_->Delete(Admin(), account.id).ok());
}

TEST_P(AccountsTest, ManyTicketsFollowSomeAtATime) {
  const Account account = Make("Toko", {});
  Accepted last;
  for (int i = 0; i < 101; ++i) last = Take(Mail("many@x.test"));
  Join(last.contact_id, account.id);
  for (const Ticket& ticket : List()) EXPECT_EQ(ticket.account_id, account.id);
}

TEST_P(AccountsTest, AContractWinsOverTheRulesAndIsReckonedAnew) {
  Promise("all", Resolution(hours(9)));
  SlaPolicy contract = Resolution(hours(2));
  contract.rules.clear();
  Promise("gold", contract);
  const Account account = Make("Toko", {}, "gold");
  const Accepted taken = Take(Mail("sari@x.test"));
  EXPECT_EQ(PolicyOf(taken.ticket_id), "all by all");
  Join(taken.contact_id, account.id);
  EXPECT_EQ(PolicyOf(taken.ticket_id), "gold by account contract");
  EXPECT_EQ(DueOf(taken.ticket_id), clock_.Now() + hours(2));
  EXPECT_EQ(sla_policies_->DeletePolicy(Asked("gold")).error().reason, "POLICY_IN_USE");
  AccountUpdate update;
  update.contract_sla_policy_id = "";
  ASSERT_TRUE(accounts_->Set(Admin(), account.id, update).ok());
  SettleAll();
  EXPECT_EQ(PolicyOf(taken.ticket_id), "all by all");
  update.contract_sla_policy_id = "nothing";
  EXPECT_EQ(accounts_->Set(Admin(), account.id, update).error().violations.at(0).field,
            "contract_sla_policy_id");
}

TEST_P(AccountsTest, RulesAskForAccountsAndForTagsOfPeople) {
  const Account account = Make("Toko", {});
  const auto policy_for = [&](const std::string& id, auto set) {
    SlaPolicy policy = Resolution(hours(1));
    policy.rules[0].name = id;
    set(policy.rules[0]);
    Promise(id, policy);
  };
  policy_for("by-account", [&](SlaRule& rule) { rule.account_ids = {account.id.value}; });
  policy_for("by-account-tag", [](SlaRule& rule) { rule.account_tags = {"big", "huge"}; });
  policy_for("by-contact-tag", [](SlaRule& rule) { rule.contact_tags = {"vip"}; });
  const Accepted taken = Take(Mail("sari@x.test"));
  EXPECT_EQ(PolicyOf(taken.ticket_id), "none");
  ContactUpdate update;
  update.tags = {"vip"};
  ASSERT_TRUE(contacts_->Set(OfContact(taken.contact_id), update).ok());
  SettleAll();
  EXPECT_EQ(PolicyOf(taken.ticket_id), "by-contact-tag by by-contact-tag");
  Join(taken.contact_id, account.id);
  EXPECT_EQ(PolicyOf(taken.ticket_id), "by-account by by-account");
  ASSERT_TRUE(sla_policies_->DeletePolicy(Asked("by-account")).ok());
  AccountUpdate tagged;
  tagged.tags = {"huge"};
  ASSERT_TRUE(accounts_->Set(Admin(), account.id, tagged).ok());
  SettleAll();
  EXPECT_EQ(PolicyOf(taken.ticket_id), "by-account-tag by by-account-tag");
}

TEST_P(AccountsTest, ContactsCarryCheckedValues) {
  const auto declare = [&](FieldEntity entity, const std::string& key, FieldType type) {
    CustomField field;
    field.entity = entity;
    field.key = key;
    field.label = key;
    field.type = type;
    ASSERT_TRUE(custom_fields_->Put(Admin(), field).ok());
  };
  declare(FieldEntity::kContact, "plan", FieldType::kText);
  declare(FieldEntity::kAccount, "seats", FieldType::kNumber);
  const ContactId id = Take(Mail("sari@x.test")).contact_id;
  ContactUpdate update;
  update.fields = {{"plan", FieldType::kText, "gold"}};
  update.add_tags = {"vip"};
  update.language = "id";
  update.time_zone = "Asia/Jakarta";
  ASSERT_TRUE(contacts_->Set(OfContact(id), update).ok());
  const Contact contact = *contacts_->Get(id);
  EXPECT_EQ(contact.fields.at(0).text, "gold");
  EXPECT_THAT(contact.tags, ElementsAre("vip"));
  EXPECT_EQ(contact.language + " " + contact.time_zone, "id Asia/Jakarta");
  const auto told = LastFact<v1::ContactChanged>("contacts/" + id.value);
  EXPECT_THAT(told.fields(), ElementsAre("language", "time_zone", "tags", "fields"));
  EXPECT_EQ(told.cause().note(), "as they asked");
  ASSERT_TRUE(contacts_->Set(OfContact(id), update).ok());
  EXPECT_EQ(contacts_->Get(id)->version, contact.version) << "nothing has changed";
  update.fields = {{"plan", FieldType::kNumber, "", 7}, {"seats", FieldType::kNumber, "", 7}};
  EXPECT_EQ(contacts_->Set(OfContact(id), update).error().violations.size(), 2u);
  const Account account = Make("Toko", {});
  AccountUpdate seats;
  seats.fields = {{"seats", FieldType::kNumber, "", 7}};
  EXPECT_EQ(accounts_->Set(Admin(), account.id, seats)->fields.at(0).number, 7);
}

TEST_P(AccountsTest, AccountsAreFoundByTheBeginningOfTheirName) {
  for (const char* name : {"Zeta", "50% off", "50 offers", "Zéta Jaya", "Ze"}) Make(name, {});
  const auto names = [&](const std::string& prefix) {
    std::vector<std::string> found;
    for (const Account& one : *accounts_->List({NormalName(prefix), ""}, 10, "")) {
      found.push_back(one.name);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("zet"), (Names{"Zeta", "Zéta Jaya"}));
  EXPECT_EQ(names("50%"), (Names{"50 offers", "50% off"})) << "signs are no part of it";
  EXPECT_EQ(names("zz"), Names{});
}

}  // namespace
}  // namespace muara::ticket
