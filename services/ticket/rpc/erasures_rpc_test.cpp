// What callers are told about erasing a person, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/erasures.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class ErasuresRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeErasures(wire_.server(), *erasures_);
    wire_.Start();
    admin_ = wire_.As("agents/boss", rpc::Role::kAdmin);
    contact_ = Take(Mail("sari@x.test")).contact_id;
  }
  v1::EraseContactRequest Request() {
    v1::EraseContactRequest request;
    request.set_id(contact_.value);
    request.set_request_id("r1");
    request.set_reason("asked for");
    return request;
  }
  Result<v1::ContactErasure> Erase(rpc::Client& client, const v1::EraseContactRequest& request) {
    return client.Ask<v1::ContactErasure>("muara.ticket.v1.Erasures/EraseContact", request);
  }
  Result<v1::ContactErasure> Proof(rpc::Client& client, const std::string& id) {
    v1::GetContactErasureRequest request;
    request.set_id(id);
    return client.Ask<v1::ContactErasure>("muara.ticket.v1.Erasures/GetContactErasure", request);
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> admin_;
  ContactId contact_;
};

TEST_P(ErasuresRpcTest, BadRequestsAreNamedByField) {
  const auto erase = [&](auto fill) {
    auto request = Request();
    fill(request);
    return Refusal(Erase(*admin_, request));
  };
  EXPECT_EQ(erase([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(erase([](auto& r) { r.clear_reason(); }), "INVALID_FIELDS reason");
  EXPECT_EQ(erase([](auto& r) { r.set_reason(std::string(501, 'x')); }), "INVALID_FIELDS reason");
  EXPECT_EQ(erase([](auto& r) { r.set_expected_version(-1); }), "INVALID_FIELDS expected_version");
  EXPECT_EQ(erase([](auto& r) { r.set_expected_version(9); }), "STALE_VERSION");
  EXPECT_EQ(erase([](auto& r) { r.set_id("nobody"); }), "CONTACT_NOT_FOUND");
  EXPECT_EQ(Refusal(Proof(*admin_, contact_.value)), "CONTACT_NOT_ERASED");
  EXPECT_EQ(Refusal(Proof(*admin_, "nobody")), "CONTACT_NOT_FOUND");
}

TEST_P(ErasuresRpcTest, OnlyAdminsEraseAndAuditorsSeeTheProof) {
  const auto agent = wire_.As("agents/7", rpc::Role::kAgent);
  const auto supervisor = wire_.As("agents/8", rpc::Role::kSupervisor);
  const auto auditor = wire_.As("agents/9", rpc::Role::kAuditor);
  for (rpc::Client* client : {agent.get(), supervisor.get(), auditor.get()}) {
    EXPECT_EQ(Refusal(Erase(*client, Request())), "NOT_ALLOWED");
  }
  const auto asked = Erase(*admin_, Request());
  ASSERT_EQ(Refusal(asked), "OK");
  EXPECT_EQ(asked->state(), v1::ERASURE_STATE_RUNNING);
  EXPECT_EQ(asked->actor(), "agents/boss");
  while (*erasures_->Step()) {
  }
  EXPECT_EQ(Refusal(Proof(*agent, contact_.value)), "NOT_ALLOWED");
  const auto proof = Proof(*auditor, contact_.value);
  ASSERT_EQ(Refusal(proof), "OK");
  EXPECT_EQ(proof->state(), v1::ERASURE_STATE_DONE);
  EXPECT_EQ(proof->reason(), "asked for");
  EXPECT_EQ(proof->sha256().size(), 64u);
  EXPECT_TRUE(proof->has_done_time());
  ASSERT_EQ(proof->contact_ids_size(), 1);
  std::map<std::string, int64_t> counts;
  for (const auto& one : proof->counts()) counts[one.kind()] = one.number();
  EXPECT_EQ(counts["tickets"], 1);
  EXPECT_EQ(counts["points"], 1);
  EXPECT_EQ(Erase(*admin_, Request())->sha256(), proof->sha256());
}

MUARA_ON_BOTH_ENGINES(ErasuresRpcTest);

}  // namespace
}  // namespace muara::ticket
