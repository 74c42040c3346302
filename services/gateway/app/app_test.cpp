#include <gtest/gtest.h>

#include "libs/testing/manual_clock.h"
#include "libs/testing/servers.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/app/people.h"
#include "services/gateway/store/schema.h"

namespace muara::gateway {
namespace {

constexpr const char* kPassword = "correct horse battery";

testing::PostgresServer& SharedPostgres() {
  static testing::PostgresServer server;
  return server;
}

class PeopleTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  PeopleTest() {
    const std::string url = GetParam() == sql::Engine::kSqlite ? testing::SqliteUrl(folder_)
                                                               : SharedPostgres().NewDatabase();
    database_ = *sql::Database::Open(url, {});
    CHECK(store::Migrate(*database_).ok());
    logins_ = std::make_unique<Logins>(*database_, clock_);
    people_ = std::make_unique<People>(*database_, clock_);
  }

  Account Make(const std::string& name) {
    return *people_->CreateAccount({name, kPassword, name, {"supervisor"}, ""},
                                   {"make " + name, ""});
  }
  Result<Login> SignIn(const std::string& name, const std::string& password) {
    return logins_->SignIn(name, password, "address " + std::to_string(++addresses_));
  }
  std::string FailureOf(const std::string& name, const std::string& password) {
    const auto login = SignIn(name, password);
    return login.ok() ? "" : login.error().reason;
  }

  testing::TempFolder folder_;
  testing::ManualClock clock_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Logins> logins_;
  std::unique_ptr<People> people_;
  int addresses_ = 0;
};

TEST_P(PeopleTest, SeedsTheFirstAdminOnceAndNeverResetsIt) {
  ASSERT_TRUE(people_->Seed("Root", kPassword).ok());
  ASSERT_TRUE(people_->Seed("root", "another password").ok());
  EXPECT_TRUE(SignIn("ROOT", kPassword).ok());
  EXPECT_EQ(FailureOf("root", "another password"), "LOGIN_FAILED");
  EXPECT_EQ(people_->Seed("root2", "short").error().reason, "INVALID_FIELDS");
}

TEST_P(PeopleTest, AnAccountIsMadeOnceForOneRequestAndOneName) {
  const NewAccount wanted{"budi", kPassword, "Budi", {"agent"}, "agent-1"};
  const auto first = people_->CreateAccount(wanted, {"k", "f"});
  EXPECT_EQ(people_->CreateAccount(wanted, {"k", "f"})->id, first->id);
  EXPECT_EQ(people_->CreateAccount(wanted, {"k", "other"}).error().reason, "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(people_->CreateAccount(wanted, {"k2", "f"}).error().reason, "USERNAME_TAKEN");
  EXPECT_EQ(people_->ListAccounts("", 10)->size(), 1u);
}

TEST_P(PeopleTest, RefusesAccountsThatAreNotRight) {
  const auto fields = [&](const NewAccount& wanted) {
    std::string names;
    const auto made = people_->CreateAccount(wanted, {"k", "f"});
    if (made.ok()) return std::string("made");
    for (const Violation& violation : made.error().violations) names += violation.field + " ";
    return names;
  };
  EXPECT_EQ(fields({"", "short", "", {}, ""}), "username password display_name roles ");
  EXPECT_EQ(fields({"a b", kPassword, "x", {"admin"}, ""}), "username ");
  EXPECT_EQ(fields({"a", kPassword, "x", {"service"}, ""}), "roles ");
  EXPECT_EQ(fields({"a", kPassword, "x", {"agent"}, ""}), "agent_id ");
  EXPECT_EQ(fields({"a", kPassword, "x", {"agent"}, "A/B"}), "agent_id ");
  EXPECT_EQ(fields({"a", kPassword, "x", {"agent"}, "ab-1"}), "made");
}

TEST_P(PeopleTest, LocksANameAfterFailuresWhetherItExistsOrNot) {
  Make("sari");
  for (const char* name : {"sari", "nobody"}) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(FailureOf(name, "wrong"), "LOGIN_FAILED");
    EXPECT_EQ(FailureOf(name, kPassword), "LOGIN_LOCKED");
  }
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_TRUE(SignIn("sari", kPassword).ok());
  EXPECT_EQ(FailureOf("sari", "wrong"), "LOGIN_FAILED");  // success forgave what was before
}

TEST_P(PeopleTest, ASessionEndsByTimeSignOutAndDisabling) {
  const Account sari = Make("sari");
  const auto login = SignIn("sari", kPassword);
  const auto caller = logins_->CallerOfToken(login->token);
  EXPECT_EQ(caller->subject, "accounts/" + sari.id);
  EXPECT_TRUE(logins_->SignOut(*caller).ok());
  EXPECT_EQ(logins_->CallerOfToken(login->token).error().reason, "BAD_TOKEN");

  const auto second = SignIn("sari", kPassword);
  clock_.Advance(std::chrono::hours(12));
  EXPECT_FALSE(logins_->CallerOfToken(second->token).ok());
  EXPECT_TRUE(logins_->DropOld().ok());

  const auto third = SignIn("sari", kPassword);
  const Caller admin{.subject = "accounts/a", .account_id = "a", .roles = {"admin"}};
  EXPECT_TRUE(people_->DisableAccount(admin, sari.id, {"d", ""})->disabled);
  EXPECT_FALSE(logins_->CallerOfToken(third->token).ok());
  EXPECT_EQ(FailureOf("sari", kPassword), "LOGIN_FAILED");
  EXPECT_FALSE(people_->EnableAccount(sari.id, {"e", ""})->disabled);
  EXPECT_TRUE(SignIn("sari", kPassword).ok());
}

TEST_P(PeopleTest, NobodyDisablesThemselves) {
  const Account sari = Make("sari");
  const Caller self{.subject = "accounts/" + sari.id, .account_id = sari.id, .roles = {"admin"}};
  EXPECT_EQ(people_->DisableAccount(self, sari.id, {"d", ""}).error().reason, "OWN_ACCOUNT");
  EXPECT_EQ(people_->DisableAccount(self, "none", {"d", ""}).error().reason, "NO_SUCH_ACCOUNT");
}

TEST_P(PeopleTest, ChangingThePasswordEndsOtherSessions) {
  Make("sari");
  const auto here = SignIn("sari", kPassword);
  const auto elsewhere = SignIn("sari", kPassword);
  const Caller caller = *logins_->CallerOfToken(here->token);
  EXPECT_EQ(logins_->ChangePassword(caller, "wrong", "a new password").error().reason,
            "INVALID_FIELDS");
  EXPECT_EQ(logins_->ChangePassword(caller, kPassword, "short").error().reason, "INVALID_FIELDS");
  EXPECT_TRUE(logins_->ChangePassword(caller, kPassword, "a new password").ok());
  EXPECT_TRUE(logins_->CallerOfToken(here->token).ok());
  EXPECT_FALSE(logins_->CallerOfToken(elsewhere->token).ok());
  EXPECT_TRUE(SignIn("sari", "a new password").ok());
}

TEST_P(PeopleTest, ResettingAPasswordEndsAllSessionsAndTheOldPassword) {
  const Account sari = Make("sari");
  const auto login = SignIn("sari", kPassword);
  EXPECT_EQ(people_->ResetPassword(sari.id, "short", {"r", ""}).error().reason, "INVALID_FIELDS");
  EXPECT_EQ(people_->ResetPassword(sari.id, "a new password", {"r", ""})->version, 2);
  EXPECT_EQ(people_->ResetPassword(sari.id, "a new password", {"r", ""})->version, 2);
  EXPECT_FALSE(logins_->CallerOfToken(login->token).ok());
  EXPECT_EQ(FailureOf("sari", kPassword), "LOGIN_FAILED");
  EXPECT_TRUE(SignIn("sari", "a new password").ok());
}

TEST_P(PeopleTest, ApiKeysAreToldOnceAndEnd) {
  const auto made = people_->CreateApiKey({"crm", {"integrator"}, 2}, {"k", "f"});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(logins_->CallerOfToken(made->secret)->subject, "keys/" + made->key.id);
  const auto again = people_->CreateApiKey({"crm", {"integrator"}, 2}, {"k", "f"});
  EXPECT_EQ(again->key.id, made->key.id);
  EXPECT_EQ(again->secret, "");
  clock_.Advance(std::chrono::hours(48));
  EXPECT_FALSE(logins_->CallerOfToken(made->secret).ok());

  const auto second = people_->CreateApiKey({"erp", {"auditor"}, 0}, {"k2", "f"});
  EXPECT_EQ(people_->ListApiKeys("", 10)->front().display_name, "erp");
  EXPECT_EQ(people_->ListApiKeys(second->key.id, 10)->front().display_name, "crm");
  EXPECT_TRUE(people_->RevokeApiKey(second->key.id, {"r", ""})->revoked);
  EXPECT_FALSE(logins_->CallerOfToken(second->secret).ok());
  EXPECT_EQ(people_->CreateApiKey({"x", {"admin"}, 1}, {"k3", "f"}).error().reason,
            "INVALID_FIELDS");
}

INSTANTIATE_TEST_SUITE_P(BothEngines, PeopleTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace muara::gateway
