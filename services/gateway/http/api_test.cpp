#include <google/protobuf/descriptor.h>

#include <boost/json.hpp>
#include <set>

#include "services/gateway/http/gateway_fixture.h"

namespace muara::gateway {
namespace {

using testing::HttpAnswer;

class ApiTest : public GatewayFixture {
 protected:
  static std::string Reason(const HttpAnswer& answer) {
    boost::json::error_code error;
    const auto body = boost::json::parse(answer.body, error);
    if (error || !body.is_object() || !body.as_object().contains("reason")) return "";
    return std::string(body.at("reason").as_string());
  }
  static std::string Field(const HttpAnswer& answer, const char* name) {
    const auto body = boost::json::parse(answer.body);
    return std::string(body.at(name).as_string());
  }
};

TEST_F(ApiTest, CallsTheServiceInTheNameOfTheCaller) {
  const HttpAnswer answer = Call("GET", "/v1/contacts/c1", TokenFor("agent"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(Field(answer, "id"), "c1");
  const rpc::Principal principal = owners_["ticket"]->last_principal();
  EXPECT_EQ(principal.subject, "agents/agent-7");
  EXPECT_EQ(principal.roles, std::vector{rpc::Role::kAgent});
}

TEST_F(ApiTest, HandsOnBodyPathAndIdempotencyKey) {
  const HttpAnswer answer =
      Call("PATCH", "/v1/contacts/c1", TokenFor("admin"), R"({"displayName":"Sari"})",
           "Idempotency-Key: k1\r\nIf-Match: \"3\"\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(owners_["ticket"]->last_request(),
            R"(id: "c1" request_id: "k1" expected_version: 3 display_name: "Sari")");
}

TEST_F(ApiTest, SaysTheServicesErrorsAsProblems) {
  const HttpAnswer missing = Call("GET", "/v1/contacts/none", TokenFor("agent"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(Reason(missing), "NO_SUCH_CONTACT");
  const HttpAnswer invalid = Call("PATCH", "/v1/contacts/c1", TokenFor("agent"), "{}");
  EXPECT_EQ(invalid.status, 400);
  EXPECT_NE(invalid.body.find(R"("field":"display_name")"), std::string::npos);
  const HttpAnswer raced = Call("PATCH", "/v1/contacts/c1", TokenFor("agent"),
                                R"({"displayName":"x","expectedVersion":9})");
  EXPECT_EQ(raced.status, 409);
  EXPECT_EQ(Reason(raced), "VERSION_MISMATCH");
}

TEST_F(ApiTest, GivesAMethodTheTimeThatItAsksFor) {
  const std::string token = TokenFor("supervisor");
  ASSERT_EQ(Call("GET", "/v1/contacts/c1", token).status, 200);
  EXPECT_LE(owners_["ticket"]->last_time_left(), std::chrono::seconds(10));
  ASSERT_EQ(Call("POST", "/v1/routing:simulate", token, "{}").status, 200);
  EXPECT_GT(owners_["routing"]->last_time_left(), std::chrono::seconds(20));
}

TEST_F(ApiTest, SaysThatAServiceIsAway) {
  owners_["ticket"]->Stop();
  const HttpAnswer answer = Call("GET", "/v1/contacts/c1", TokenFor("agent"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(Reason(answer), "PEER_UNAVAILABLE");
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  EXPECT_EQ(answer.body.find("127.0.0.1"), std::string::npos);
}

TEST_F(ApiTest, RefusesWhatIsNotForIt) {
  const std::string token = TokenFor("admin");
  EXPECT_EQ(Call("GET", "/v1/nothing", token).status, 404);
  EXPECT_EQ(Call("GET", "/", token).status, 404);
  const HttpAnswer wrong_verb = Call("DELETE", "/v1/contacts/c1", token);
  EXPECT_EQ(wrong_verb.status, 405);
  EXPECT_EQ(wrong_verb.headers.at("allow"), "GET, HEAD, PATCH");
  EXPECT_EQ(Call("OPTIONS", "/v1/contacts/c1", token).status, 405);
  const HttpAnswer form = Call("PATCH", "/v1/contacts/c1", token, "displayName=x",
                               "Content-Type: application/x-www-form-urlencoded\r\n");
  EXPECT_EQ(form.status, 415);
  EXPECT_EQ(Call("PATCH", "/v1/contacts/c1", token, std::string(100'001, ' ')).status, 413);
  EXPECT_EQ(Reason(Call("PATCH", "/v1/contacts/c1", token, "{")), "MALFORMED_JSON");
  EXPECT_EQ(Reason(Call("GET", "/v1/contacts?colour=red", token)), "INVALID_FIELDS");
}

TEST_F(ApiTest, AnswersCarefully) {
  const HttpAnswer answer = Call("GET", "/v1/contacts/c1", TokenFor("agent"), "",
                                 "Origin: https://elsewhere.example\r\n");
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
  EXPECT_TRUE(answer.headers.contains("content-security-policy"));
  EXPECT_FALSE(answer.headers.contains("access-control-allow-origin"));
}

TEST_F(ApiTest, ShowsItsDescriptionToAnyone) {
  const HttpAnswer answer = Call("GET", "/v1/openapi.json", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Field(answer, "openapi"), "3.1.0");
  EXPECT_EQ(Call("POST", "/v1/openapi.json", "", "{}").status, 405);
}

// Every method there is, and every kind of caller: 401 and 403 exactly where the option says so.
TEST_F(ApiTest, LetsInExactlyWhomTheOptionsAllow) {
  const RouteTable routes = *RouteTable::Make();
  const std::vector<std::string> callers = {"",      "agent",   "supervisor",
                                            "admin", "auditor", "integrator"};
  for (const std::string& role : callers) TokenFor(role);
  for (const Binding& binding : routes.bindings()) {
    for (const std::string& role : callers) {
      // Signing out would end the session that the next call needs.
      if (binding.name == "muara.gateway.v1.Sessions/DeleteSession" && !role.empty() &&
          role != "integrator") {
        continue;
      }
      std::string path = binding.path.Pattern();
      for (size_t at = 0; (at = path.find('{')) != std::string::npos;) {
        path.replace(at, path.find('}', at) - at + 1, "x");
      }
      const auto answer =
          Call(binding.verb, path, TokenFor(role), binding.body.empty() ? "" : "{}");
      const bool is_open = rpc::IsPublic(binding.name);
      const bool allowed =
          is_open || (!role.empty() && rpc::IsAllowed(binding.name, {*rpc::RoleFromName(role)}));
      const int refusal = role.empty() ? 401 : 403;
      const std::string what = binding.name + " by '" + role + "': " + answer.body;
      if (allowed) {
        EXPECT_NE(answer.status, 403) << what;
        EXPECT_TRUE(is_open || answer.status != 401) << what;
      } else {
        EXPECT_EQ(answer.status, refusal) << what;
      }
    }
  }
}

TEST_F(ApiTest, AuditorsAndIntegratorsChangeNothingOfPeople) {
  const RouteTable routes = *RouteTable::Make();
  const std::set<std::string> own = {"muara.gateway.v1.Sessions/ChangePassword",
                                     "muara.gateway.v1.Sessions/DeleteSession"};
  for (const Binding& binding : routes.bindings()) {
    // What only reads, but needs more than a path to say what.
    const std::string method = binding.name.substr(binding.name.find('/') + 1);
    const bool reads = method.starts_with("Search") || method.starts_with("Preview");
    if (binding.verb == "GET" || reads || rpc::IsPublic(binding.name)) continue;
    EXPECT_TRUE(own.contains(binding.name) || !rpc::IsAllowed(binding.name, {rpc::Role::kAuditor}))
        << binding.name;
    if (binding.name.starts_with("muara.gateway.")) {
      EXPECT_FALSE(rpc::IsAllowed(binding.name, {rpc::Role::kIntegrator})) << binding.name;
    }
  }
}

TEST_F(ApiTest, SignsPeopleInAndOut) {
  TokenFor("supervisor");
  const HttpAnswer login =
      Call("POST", "/v1/sessions", "",
           R"({"username":"SuperVisor","password":")" + std::string(kPassword) + "\"}");
  ASSERT_EQ(login.status, 200);
  const std::string token = Field(login, "token");
  const HttpAnswer me = Call("GET", "/v1/me", token);
  EXPECT_EQ(Field(me, "username"), "supervisor");
  EXPECT_NE(me.body.find(R"("roles":["ROLE_SUPERVISOR"])"), std::string::npos);
  EXPECT_EQ(Call("DELETE", "/v1/sessions/current", token).status, 200);
  EXPECT_EQ(Reason(Call("GET", "/v1/me", token)), "BAD_TOKEN");
}

TEST_F(ApiTest, RefusesTokensThatAreNotOurs) {
  EXPECT_EQ(Reason(Call("GET", "/v1/me", "")), "NO_TOKEN");
  for (const char* token : {"x", "mus_", "muk_AAAA", "mp1.forged.token"}) {
    const HttpAnswer answer = Call("GET", "/v1/me", token);
    EXPECT_EQ(answer.status, 401) << token;
    EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer");
  }
  // The token of our own processes is for them alone.
  const std::string inside = keys_.Sign({"services/ticket", {rpc::Role::kService}},
                                        system_clock_.Now(), std::chrono::minutes(1));
  EXPECT_EQ(Call("GET", "/v1/me", inside).status, 401);
}

TEST_F(ApiTest, LimitsTriesToSignIn) {
  int refused = 0;
  for (int i = 0; i < 25; ++i) {
    const std::string body =
        R"({"username":"nobody)" + std::to_string(i) + R"(","password":"wrong"})";
    const HttpAnswer answer = Call("POST", "/v1/sessions", "", body);
    if (answer.status == 429) {
      ++refused;
      EXPECT_EQ(Reason(answer), "TOO_MANY_LOGINS");
      EXPECT_TRUE(answer.headers.contains("retry-after"));
    } else {
      EXPECT_EQ(Reason(answer), "LOGIN_FAILED");
    }
  }
  EXPECT_EQ(refused, 5);
}

TEST_F(ApiTest, RightLoginsDoNotUseUpTheTries) {
  for (int i = 0; i < 25; ++i) EXPECT_FALSE(TokenFor("admin").empty());
}

TEST_F(ApiTest, AdminsMakeListAndEndAccountsAndKeys) {
  const std::string admin = TokenFor("admin");
  const std::string body =
      R"({"username":"budi","password":"a long password","displayName":"Budi",)"
      R"("roles":["ROLE_AGENT"],"agentId":"agent-9","requestId":"r1"})";
  const HttpAnswer made = Call("POST", "/v1/accounts", admin, body);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.body.find("password"), std::string::npos);
  EXPECT_EQ(Call("POST", "/v1/accounts", admin, body).body, made.body);
  const std::string id = Field(made, "id");
  EXPECT_EQ(Field(Call("GET", "/v1/accounts/" + id, admin), "agentId"), "agent-9");
  EXPECT_NE(Call("GET", "/v1/accounts", admin).body.find("budi"), std::string::npos);
  const std::string budi = logins_->SignIn("budi", "a long password", "test")->token;
  EXPECT_EQ(Call("POST", "/v1/accounts/" + id + ":disable", admin).status, 200);
  EXPECT_EQ(Call("GET", "/v1/me", budi).status, 401);

  const HttpAnswer key =
      Call("POST", "/v1/apiKeys", admin, R"({"displayName":"CRM","roles":["ROLE_INTEGRATOR"]})");
  ASSERT_EQ(key.status, 200) << key.body;
  const std::string secret = Field(key, "secret");
  EXPECT_EQ(Call("GET", "/v1/contacts/c1", secret).status, 200);
  const std::string key_id =
      std::string(boost::json::parse(key.body).at("apiKey").at("id").as_string());
  EXPECT_EQ(Call("POST", "/v1/apiKeys/" + key_id + ":revoke", admin).status, 200);
  EXPECT_EQ(Call("GET", "/v1/contacts/c1", secret).status, 401);
  EXPECT_EQ(Call("GET", "/v1/apiKeys", admin).body.find(secret), std::string::npos);
}

TEST_F(ApiTest, ListsInPages) {
  const std::string admin = TokenFor("admin");
  TokenFor("agent");
  TokenFor("auditor");
  const HttpAnswer first = Call("GET", "/v1/accounts?pageSize=2", admin);
  EXPECT_NE(first.body.find("\"admin\""), std::string::npos);
  EXPECT_NE(first.body.find("\"agent\""), std::string::npos);
  const std::string token = Field(first, "nextPageToken");
  const HttpAnswer second = Call("GET", "/v1/accounts?pageSize=2&pageToken=" + token, admin);
  EXPECT_NE(second.body.find("\"auditor\""), std::string::npos);
  EXPECT_EQ(Field(second, "nextPageToken"), "");
}

}  // namespace
}  // namespace muara::gateway
