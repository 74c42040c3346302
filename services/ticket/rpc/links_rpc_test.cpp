// What callers are told about linking, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/links.pb.h"
#include "muara/ticket/v1/merges.pb.h"
#include "muara/ticket/v1/splits.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class LinksRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeMerges(wire_.server(), *merges_);
    ServeSplits(wire_.server(), *splits_);
    ServeLinks(wire_.server(), *links_, *tickets_);
    wire_.Start();
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    id_ = Take(Mail("sari@x.test")).ticket_id;
    other_ = Take(Mail("budi@x.test")).ticket_id;
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return agent_->Ask<Response>("muara.ticket.v1." + method, request);
  }
  template <class Request>
  Request Of(const std::string& request_id) {
    Request request;
    request.set_id(id_.value);
    request.set_request_id(request_id);
    return request;
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> agent_;
  TicketId id_, other_;
};

TEST_P(LinksRpcTest, BadLinksAreNamedByField) {
  const auto link = [&](auto fill) {
    auto request = Of<v1::LinkTicketRequest>("r1");
    request.set_kind(v1::LINK_KIND_RELATED);
    request.set_ticket_id(other_.value);
    fill(request);
    return Refusal(Ask<v1::Ticket>("Links/LinkTicket", request));
  };
  EXPECT_EQ(link([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(link([](auto& r) { r.clear_kind(); }), "INVALID_FIELDS kind");
  EXPECT_EQ(link([](auto& r) { r.set_kind(static_cast<v1::LinkKind>(99)); }),
            "INVALID_FIELDS kind");
  EXPECT_EQ(link([](auto& r) { r.set_kind(v1::LINK_KIND_FOLLOW_UP_OF); }), "INVALID_FIELDS kind");
  EXPECT_EQ(link([](auto& r) { r.clear_ticket_id(); }), "INVALID_FIELDS ticket_id");
  EXPECT_EQ(link([](auto& r) { r.set_reason(std::string(501, 'x')); }), "INVALID_FIELDS reason");
  EXPECT_EQ(link([&](auto& r) { r.set_ticket_id(id_.value); }), "LINK_TO_SELF");
  EXPECT_EQ(link([](auto& r) { r.set_ticket_id("nowhere"); }), "TICKET_NOT_FOUND");
  EXPECT_EQ(link([](auto&) {}), "OK");
  EXPECT_EQ(link([](auto& r) { r.set_kind(v1::LINK_KIND_PARENT); }), "IDEMPOTENCY_CONFLICT");
}

TEST_P(LinksRpcTest, LinksAreListedWithWhatTheOtherTicketIs) {
  auto request = Of<v1::LinkTicketRequest>("r1");
  request.set_kind(v1::LINK_KIND_PROBLEM);
  request.set_ticket_id(other_.value);
  ASSERT_EQ(Refusal(Ask<v1::Ticket>("Links/LinkTicket", request)), "OK");
  v1::ListLinksRequest list;
  list.set_id(other_.value);
  const auto links = Ask<v1::ListLinksResponse>("Links/ListLinks", list);
  ASSERT_TRUE(links.ok());
  ASSERT_EQ(links->links_size(), 1);
  EXPECT_EQ(links->links(0).link().from_ticket_id(), id_.value);
  EXPECT_EQ(links->links(0).ticket_id(), id_.value);
  EXPECT_EQ(links->links(0).reference(), Get(id_).reference);
  EXPECT_EQ(links->links(0).status(), v1::TICKET_STATUS_NEW);
  list.set_id("nowhere");
  EXPECT_EQ(Refusal(Ask<v1::ListLinksResponse>("Links/ListLinks", list)), "TICKET_NOT_FOUND");
}

TEST_P(LinksRpcTest, AProblemNeedsIncidentsForItsReply) {
  ASSERT_TRUE(links_->Add({other_, bus::KeyFor("l"), 0, "agents/7"}, LinkKind::kProblem, id_).ok());
  auto request = Of<v1::ResolveProblemRequest>("r1");
  request.set_reply_text("Done");
  const auto ask = [&] { return Ask<v1::ResolveProblemResponse>("Links/ResolveProblem", request); };
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS reply_text");
  request.set_resolve_incidents(true);
  request.set_reply_text(std::string(kTextBytesMax + 1, 'x'));
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS reply_text");
  request.set_reply_text("Done");
  const auto done = ask();
  ASSERT_EQ(Refusal(done), "OK");
  EXPECT_EQ(done->ticket().status(), v1::TICKET_STATUS_RESOLVED);
  ASSERT_EQ(done->resolved_ticket_ids_size(), 1);
  EXPECT_EQ(done->resolved_ticket_ids(0), other_.value);
}

TEST_P(LinksRpcTest, MergingSaysWhatIsWrong) {
  const auto merge = [&](auto fill) {
    auto request = Of<v1::MergeTicketRequest>("r1");
    request.set_into(other_.value);
    fill(request);
    return Refusal(Ask<v1::Ticket>("Merges/MergeTicket", request));
  };
  EXPECT_EQ(merge([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(merge([](auto& r) { r.clear_into(); }), "INVALID_FIELDS into");
  EXPECT_EQ(merge([](auto& r) { r.set_reason(std::string(501, 'x')); }), "INVALID_FIELDS reason");
  EXPECT_EQ(merge([&](auto& r) { r.set_into(id_.value); }), "MERGE_INTO_SELF");
  EXPECT_EQ(merge([](auto& r) { r.set_into("nowhere"); }), "TICKET_NOT_FOUND");
  const auto unmerge = [&](const std::string& id) {
    return Refusal(Ask<v1::Ticket>("Merges/UnmergeTicket", Of<v1::UnmergeTicketRequest>(id)));
  };
  EXPECT_EQ(unmerge("u1"), "WRONG_STATE");
  EXPECT_EQ(merge([](auto&) {}), "OK");
  EXPECT_EQ(unmerge("u1"), "OK");
}

TEST_P(LinksRpcTest, SplittingSaysWhatIsWrong) {
  const std::string chosen = On({id_})[0].id.value;
  const auto split = [&](auto fill) {
    auto request = Of<v1::SplitTicketRequest>("s1");
    request.add_interaction_ids(chosen);
    fill(request);
    return Refusal(Ask<v1::Ticket>("Splits/SplitTicket", request));
  };
  const std::string wrong = "INVALID_FIELDS interaction_ids";
  EXPECT_EQ(split([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(split([](auto& r) { r.clear_interaction_ids(); }), wrong);
  EXPECT_EQ(split([&](auto& r) { r.add_interaction_ids(chosen); }), wrong);
  EXPECT_EQ(split([](auto& r) {
              for (int i = 0; i < 100; ++i) r.add_interaction_ids(std::to_string(i));
            }),
            wrong);
  EXPECT_EQ(split([](auto& r) { r.set_subject(std::string(999, 'x')); }), "INVALID_FIELDS subject");
  EXPECT_EQ(split([](auto& r) { r.set_queue_id("Not a slug"); }), "INVALID_FIELDS queue_id");
  EXPECT_EQ(split([](auto& r) { r.set_interaction_ids(0, "nothing"); }), "INTERACTION_NOT_FOUND");
  EXPECT_EQ(split([](auto&) {}), "OK");
  EXPECT_EQ(Refusal(Ask<v1::Ticket>("Splits/UnsplitTicket", Of<v1::UnsplitTicketRequest>("u1"))),
            "NOT_SPLIT");
}

MUARA_ON_BOTH_ENGINES(LinksRpcTest);

}  // namespace
}  // namespace muara::ticket
