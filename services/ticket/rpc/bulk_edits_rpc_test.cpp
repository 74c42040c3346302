// What callers are told about bulk edits, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/bulk_edits.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class BulkEditsRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    edits_ = std::make_unique<BulkEdits>(*database_, *journal_, clock_, *policies_);
    ServeBulkEdits(wire_.server(), *edits_, *search_);
    wire_.Start();
    lead_ = wire_.As("agents/8", rpc::Role::kSupervisor);
    for (int i = 0; i < 3; ++i) Take(Mail("a@x.test"));
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return lead_->Ask<Response>("muara.ticket.v1.BulkEdits/" + method, request);
  }
  static v1::CreateBulkEditRequest Urgent(const std::string& request_id = "r1") {
    v1::CreateBulkEditRequest request;
    request.set_request_id(request_id);
    request.set_reason("outage");
    request.mutable_filter()->add_queue_ids("general");
    request.add_actions()->set_set_priority(v1::PRIORITY_URGENT);
    return request;
  }
  Result<v1::BulkEdit> Create(const v1::CreateBulkEditRequest& request) {
    return Ask<v1::BulkEdit>("CreateBulkEdit", request);
  }
  void Work() {
    while (*edits_->Step()) {
    }
  }

  std::unique_ptr<BulkEdits> edits_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> lead_;
};

TEST_P(BulkEditsRpcTest, BadRequestsAreNamedByField) {
  const auto create = [&](auto fill) {
    auto request = Urgent();
    fill(request);
    return Refusal(Create(request));
  };
  EXPECT_EQ(create([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(create([](auto& r) { r.clear_reason(); }), "INVALID_FIELDS reason");
  EXPECT_EQ(create([](auto& r) { r.set_reason(std::string(501, 'x')); }), "INVALID_FIELDS reason");
  EXPECT_EQ(create([](auto& r) { r.clear_actions(); }), "INVALID_FIELDS actions");
  EXPECT_EQ(create([](auto& r) { r.mutable_actions(0)->clear_action(); }),
            "INVALID_FIELDS actions[0]");
  EXPECT_EQ(create([](auto& r) { r.mutable_actions(0)->mutable_add_tags()->add_tags(""); }),
            "INVALID_FIELDS actions[0].add_tags.tags");
  EXPECT_EQ(create([](auto& r) { r.mutable_filter()->add_tags(""); }),
            "INVALID_FIELDS filter.tags");
  EXPECT_EQ(create([](auto& r) { r.clear_filter(); }), "INVALID_FIELDS filter");
  EXPECT_EQ(create([](auto& r) { r.mutable_filter()->clear_queue_ids(); }), "INVALID_FIELDS filter")
      << "an empty filter would be every ticket";
  EXPECT_EQ(create([](auto& r) { r.mutable_filter()->add_tags("nowhere"); }), "NO_TICKETS");
  EXPECT_EQ(create([](auto&) {}), "OK");
}

TEST_P(BulkEditsRpcTest, OnlyThoseWhoLeadMakeThem) {
  for (const rpc::Role role : {rpc::Role::kAgent, rpc::Role::kAuditor, rpc::Role::kIntegrator}) {
    const auto client = wire_.As("agents/7", role);
    EXPECT_EQ(
        Refusal(client->Ask<v1::BulkEdit>("muara.ticket.v1.BulkEdits/CreateBulkEdit", Urgent())),
        "NOT_ALLOWED");
  }
  const auto made = Create(Urgent());
  ASSERT_EQ(Refusal(made), "OK");
  EXPECT_EQ(made->owner(), "agents/8");
  v1::GetBulkEditRequest get;
  get.set_id(made->id());
  const auto as = [&](rpc::Role role) {
    return Refusal(wire_.As("agents/9", role)
                       ->Ask<v1::BulkEdit>("muara.ticket.v1.BulkEdits/GetBulkEdit", get));
  };
  EXPECT_EQ(as(rpc::Role::kAuditor), "OK");
  EXPECT_EQ(as(rpc::Role::kAgent), "NOT_ALLOWED");
  get.set_id("nowhere");
  EXPECT_EQ(as(rpc::Role::kAdmin), "BULK_EDIT_NOT_FOUND");
}

TEST_P(BulkEditsRpcTest, ItsTicketsComeInPages) {
  const auto made = Create(Urgent());
  ASSERT_EQ(Refusal(made), "OK");
  Work();
  v1::ListBulkItemsRequest request;
  request.set_id(made->id());
  request.set_page_size(2);
  const auto items = [&] { return Ask<v1::ListBulkItemsResponse>("ListBulkItems", request); };
  const auto first = items();
  ASSERT_EQ(Refusal(first), "OK");
  EXPECT_EQ(first->items_size(), 2);
  EXPECT_EQ(first->items(0).state(), v1::BULK_ITEM_STATE_DONE);
  request.set_page_token(first->next_page_token());
  EXPECT_EQ(items()->items_size(), 1);
  EXPECT_EQ(items()->next_page_token(), "");
  request.set_state(v1::BULK_ITEM_STATE_REFUSED);
  EXPECT_EQ(Refusal(items()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  EXPECT_EQ(items()->items_size(), 0);
  request.set_state(static_cast<v1::BulkItemState>(99));
  EXPECT_EQ(Refusal(items()), "INVALID_FIELDS state");
  request.clear_state();
  request.set_id("nowhere");
  EXPECT_EQ(Refusal(items()), "BULK_EDIT_NOT_FOUND");
}

TEST_P(BulkEditsRpcTest, OneThatHasEndedIsUndoneOnceByWhoeverAsks) {
  const auto made = Create(Urgent());
  ASSERT_EQ(Refusal(made), "OK");
  v1::UndoBulkEditRequest undo;
  undo.set_id(made->id());
  const auto undone = [&](const std::string& request_id) {
    undo.set_request_id(request_id);
    return Ask<v1::BulkEdit>("UndoBulkEdit", undo);
  };
  EXPECT_EQ(Refusal(undone("")), "INVALID_FIELDS request_id");
  EXPECT_EQ(Refusal(undone("u1")), "BULK_EDIT_NOT_FINISHED");
  v1::CancelBulkEditRequest cancel;
  cancel.set_id(made->id());
  cancel.set_request_id("c1");
  cancel.set_expected_version(made->version() + 1);
  EXPECT_EQ(Refusal(Ask<v1::BulkEdit>("CancelBulkEdit", cancel)), "STALE_VERSION");
  cancel.set_expected_version(-1);
  EXPECT_EQ(Refusal(Ask<v1::BulkEdit>("CancelBulkEdit", cancel)),
            "INVALID_FIELDS expected_version");
  cancel.set_expected_version(made->version());
  EXPECT_EQ(Ask<v1::BulkEdit>("CancelBulkEdit", cancel)->state(), v1::BULK_EDIT_STATE_CANCELLED);
  undo.set_expected_version(made->version());
  EXPECT_EQ(Refusal(undone("u2")), "STALE_VERSION") << "it was cancelled since";
  undo.set_expected_version(made->version() + 1);
  EXPECT_EQ(undone("u2")->undoer(), "agents/8");
  EXPECT_EQ(undone("u2")->state(), v1::BULK_EDIT_STATE_UNDOING) << "a retry";
  undo.clear_expected_version();
  EXPECT_EQ(Refusal(undone("u3")), "BULK_EDIT_NOT_FINISHED");
}

MUARA_ON_BOTH_ENGINES(BulkEditsRpcTest);

}  // namespace
}  // namespace muara::ticket
