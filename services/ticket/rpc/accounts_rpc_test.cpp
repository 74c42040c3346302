// What callers are told about accounts, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/accounts.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class AccountsRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeAccounts(wire_.server(), *accounts_);
    wire_.Start();
    lead_ = wire_.As("agents/8", rpc::Role::kSupervisor);
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
  }
  template <class Response, class Request>
  Result<Response> Ask(rpc::Client& client, const std::string& method, const Request& request) {
    return client.Ask<Response>("muara.ticket.v1.ContactAccounts/" + method, request);
  }
  Result<v1::Account> Create(rpc::Client& client, const v1::CreateContactAccountRequest& request) {
    return Ask<v1::Account>(client, "CreateContactAccount", request);
  }
  static v1::CreateContactAccountRequest Named(const std::string& name) {
    v1::CreateContactAccountRequest request;
    request.set_request_id("make " + name);
    request.set_name(name);
    return request;
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> lead_;
  std::unique_ptr<rpc::Client> agent_;
};

TEST_P(AccountsRpcTest, BadAccountsAreNamedByField) {
  const auto create = [&](auto fill) {
    auto request = Named("Toko");
    fill(request);
    return Refusal(Create(*lead_, request));
  };
  EXPECT_EQ(create([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(create([](auto& r) { r.clear_name(); }), "INVALID_FIELDS name");
  EXPECT_EQ(create([](auto& r) {
              r.set_name(std::string(257, 'x'));
              r.add_domains("no domain");
              r.add_domains("gmail.com");
              r.set_contract_sla_policy_id("No slug");
              r.add_tags("");
              r.set_notes(std::string(10'001, 'x'));
            }),
            "INVALID_FIELDS name domains domains contract_sla_policy_id tags notes");
  EXPECT_EQ(create([](auto& r) { r.set_contract_sla_policy_id("nowhere"); }),
            "INVALID_FIELDS contract_sla_policy_id");
  EXPECT_EQ(create([](auto& r) { r.add_fields()->set_key("unknown"); }), "OK")
      << "a value that is not there is not set";
  v1::UpdateContactAccountRequest update;
  update.set_id("nowhere");
  update.set_request_id("u1");
  const auto change = [&] {
    return Refusal(Ask<v1::Account>(*lead_, "UpdateContactAccount", update));
  };
  EXPECT_EQ(change(), "INVALID_FIELDS update_fields");
  update.add_update_fields("colour");
  EXPECT_EQ(change(), "INVALID_FIELDS update_fields");
  update.set_update_fields(0, "name");
  EXPECT_EQ(change(), "ACCOUNT_NOT_FOUND");
}

TEST_P(AccountsRpcTest, SupervisorsChangeThemAndAgentsRead) {
  const auto request = Named("Toko");
  for (const rpc::Role role : {rpc::Role::kAgent, rpc::Role::kAuditor, rpc::Role::kConnector}) {
    EXPECT_EQ(Refusal(Create(*wire_.As("agents/7", role), request)), "NOT_ALLOWED");
  }
  const auto made = Create(*lead_, request);
  ASSERT_EQ(Refusal(made), "OK");
  EXPECT_EQ(Create(*lead_, request)->id(), made->id()) << "done twice is done once";
  v1::GetContactAccountRequest get;
  get.set_id(made->id());
  EXPECT_EQ(Ask<v1::Account>(*agent_, "GetContactAccount", get)->name(), "Toko");
  get.set_id("nowhere");
  EXPECT_EQ(Refusal(Ask<v1::Account>(*agent_, "GetContactAccount", get)), "ACCOUNT_NOT_FOUND");
  v1::DeleteContactAccountRequest gone;
  gone.set_id(made->id());
  gone.set_request_id("d1");
  gone.set_expected_version(9);
  EXPECT_EQ(Refusal(Ask<v1::Account>(*agent_, "DeleteContactAccount", gone)), "NOT_ALLOWED");
  EXPECT_EQ(Refusal(Ask<v1::Account>(*lead_, "DeleteContactAccount", gone)), "STALE_VERSION");
  gone.set_expected_version(1);
  EXPECT_EQ(Refusal(Ask<v1::Account>(*lead_, "DeleteContactAccount", gone)), "OK");
}

TEST_P(AccountsRpcTest, PagesGoOnWithTheSameFiltersAlone) {
  for (const char* name : {"Toko A", "Toko B", "Toko C", "Warung"}) {
    ASSERT_EQ(Refusal(Create(*lead_, Named(name))), "OK");
  }
  v1::ListContactAccountsRequest request;
  request.set_name_prefix("TOKO");
  request.set_page_size(2);
  const auto list = [&] {
    return Ask<v1::ListContactAccountsResponse>(*agent_, "ListContactAccounts", request);
  };
  const auto first = list();
  ASSERT_EQ(Refusal(first), "OK");
  EXPECT_EQ(first->accounts_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = list();
  ASSERT_EQ(Refusal(second), "OK");
  EXPECT_EQ(second->accounts_size(), 1);
  EXPECT_EQ(second->next_page_token(), "");
  request.set_name_prefix("War");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS page_size");
}

MUARA_ON_BOTH_ENGINES(AccountsRpcTest);

}  // namespace
}  // namespace muara::ticket
