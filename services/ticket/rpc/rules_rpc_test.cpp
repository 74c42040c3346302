// What callers are told about rules, macros and canned replies, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/canned_replies.pb.h"
#include "muara/ticket/v1/macros.pb.h"
#include "muara/ticket/v1/rules.pb.h"
#include "services/ticket/app/rules/rules_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class RulesRpcTest : public RulesAppTest {
 protected:
  void SetUp() override {
    RulesAppTest::SetUp();
    ServeRules(wire_.server(), *rules_, *preview_, clock_);
    ServeMacros(wire_.server(), *macros_);
    ServeCannedReplies(wire_.server(), *replies_);
    wire_.Start();
    admin_ = wire_.As("agents/admin", rpc::Role::kAdmin);
    lead_ = wire_.As("agents/8", rpc::Role::kSupervisor);
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    other_ = wire_.As("agents/9", rpc::Role::kAgent);
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }
  template <class Response, class Request>
  static Result<Response> Ask(rpc::Client& client, const std::string& method,
                              const Request& request) {
    return client.Ask<Response>("muara.ticket.v1." + method, request);
  }
  static v1::PutRuleRequest Urgent(const std::string& id) {
    v1::PutRuleRequest request;
    request.set_id(id);
    request.set_request_id("put " + id);
    request.set_name("Rule " + id);
    request.set_enabled(true);
    request.add_triggers("TicketOpened");
    request.add_actions()->set_set_priority(v1::PRIORITY_URGENT);
    return request;
  }
  std::string Put(const v1::PutRuleRequest& request) {
    return Refusal(Ask<v1::Rule>(*admin_, "Rules/PutRule", request));
  }
  static v1::CreateMacroRequest Named(const std::string& name, bool shared) {
    v1::CreateMacroRequest request;
    request.set_request_id("make " + name);
    request.set_name(name);
    request.set_shared(shared);
    request.add_actions()->set_note("seen");
    return request;
  }
  Result<v1::Macro> Create(rpc::Client& client, const v1::CreateMacroRequest& request) {
    return Ask<v1::Macro>(client, "Macros/CreateMacro", request);
  }
  std::string Apply(rpc::Client& client, const std::string& macro_id) {
    v1::ApplyMacroRequest request;
    request.set_id(id_.value);
    request.set_request_id("apply " + std::to_string(++keys_));
    request.set_macro_id(macro_id);
    return Refusal(Ask<v1::Ticket>(client, "Macros/ApplyMacro", request));
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> admin_;
  std::unique_ptr<rpc::Client> lead_;
  std::unique_ptr<rpc::Client> agent_;
  std::unique_ptr<rpc::Client> other_;
  TicketId id_;
};

TEST_P(RulesRpcTest, BadRulesAreNamedByPlace) {
  const auto put = [&](auto fill) {
    auto request = Urgent("urgent");
    fill(request);
    return Put(request);
  };
  EXPECT_EQ(put([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(put([](auto& r) { r.set_expected_version(-1); }), "INVALID_FIELDS expected_version");
  EXPECT_EQ(put([](auto& r) {
              r.set_id("No slug");
              r.clear_name();
              r.set_description(std::string(1001, 'x'));
              r.set_triggers(0, "SunRose");
              r.mutable_actions(0)->set_set_queue("No slug");
              auto& condition = *r.add_groups()->add_conditions();
              condition.set_field("colour");
            }),
            "INVALID_FIELDS id name description triggers[0] groups[0].match "
            "groups[0].conditions[0].field actions[0].set_queue.queue_id");
  EXPECT_EQ(put([](auto& r) { r.clear_triggers(); }), "INVALID_FIELDS triggers");
  EXPECT_EQ(put([](auto& r) {
              r.clear_triggers();
              r.mutable_schedule()->set_after_seconds(0);
            }),
            "INVALID_FIELDS schedule.from schedule.after_seconds");
  EXPECT_EQ(put([](auto& r) { r.clear_actions(); }), "INVALID_FIELDS actions");
  EXPECT_EQ(put([](auto& r) { r.set_expected_version(3); }), "STALE_VERSION");
  EXPECT_EQ(put([](auto&) {}), "OK");
}

TEST_P(RulesRpcTest, AdminsSetRulesAndThoseWhoLeadReadThem) {
  EXPECT_EQ(Refusal(Ask<v1::Rule>(*lead_, "Rules/PutRule", Urgent("a"))), "NOT_ALLOWED");
  ASSERT_EQ(Put(Urgent("a")), "OK");
  ASSERT_EQ(Put(Urgent("b")), "OK");
  v1::GetRuleRequest get;
  get.set_id("b");
  EXPECT_EQ(Ask<v1::Rule>(*lead_, "Rules/GetRule", get)->position(), 2);
  EXPECT_EQ(Refusal(Ask<v1::Rule>(*agent_, "Rules/GetRule", get)), "NOT_ALLOWED");
  get.set_id("nowhere");
  EXPECT_EQ(Refusal(Ask<v1::Rule>(*lead_, "Rules/GetRule", get)), "RULE_NOT_FOUND");
  v1::MoveRuleRequest move;
  move.set_id("b");
  move.set_request_id("m1");
  const auto moved = [&] { return Ask<v1::ListRulesResponse>(*admin_, "Rules/MoveRule", move); };
  EXPECT_EQ(Refusal(moved()), "INVALID_FIELDS position");
  move.set_position(1);
  EXPECT_EQ(moved()->rules(0).id(), "b");
  move.set_id("nowhere");
  move.set_request_id("m2");
  EXPECT_EQ(Refusal(moved()), "RULE_NOT_FOUND");
  v1::DeleteRuleRequest gone;
  gone.set_id("a");
  gone.set_request_id("d1");
  gone.set_expected_version(1);
  const auto removed = [&] {
    return Refusal(Ask<v1::DeleteRuleResponse>(*admin_, "Rules/DeleteRule", gone));
  };
  EXPECT_EQ(removed(), "STALE_VERSION") << "its place is another now";
  gone.set_expected_version(0);
  EXPECT_EQ(removed(), "OK");
}

TEST_P(RulesRpcTest, RulesComeInPagesInTheirOrder) {
  for (const char* id : {"c", "a", "b"}) ASSERT_EQ(Put(Urgent(id)), "OK");
  v1::ListRulesRequest list;
  const auto page = [&] { return Ask<v1::ListRulesResponse>(*lead_, "Rules/ListRules", list); };
  EXPECT_EQ(page()->rules_size(), 3);
  EXPECT_EQ(page()->next_page_token(), "");
  std::string ids;
  list.set_page_size(1);
  do {
    const auto found = page();
    ASSERT_EQ(Refusal(found), "OK");
    ASSERT_EQ(found->rules_size(), 1);
    ids += found->rules(0).id();
    list.set_page_token(found->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(ids, "cab");
  list.set_page_token("magic");
  EXPECT_EQ(Refusal(page()), "BAD_PAGE_TOKEN");
  list.clear_page_token();
  list.set_page_size(-1);
  EXPECT_EQ(Refusal(page()), "INVALID_FIELDS page_size");
}

TEST_P(RulesRpcTest, WhatRulesDidComesInPages) {
  for (const char* id : {"a", "b", "c"}) ASSERT_EQ(Put(Urgent(id)), "OK");
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Settle();
  v1::ListRuleRunsRequest request;
  const auto runs = [&] {
    return Ask<v1::ListRuleRunsResponse>(*agent_, "Rules/ListRuleRuns", request);
  };
  EXPECT_EQ(Refusal(runs()), "INVALID_FIELDS ticket_id");
  request.set_ticket_id(id.value);
  request.set_page_size(2);
  const auto first = runs();
  ASSERT_EQ(Refusal(first), "OK");
  EXPECT_EQ(first->runs_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = runs();
  ASSERT_EQ(Refusal(second), "OK");
  EXPECT_EQ(second->runs_size(), 1);
  EXPECT_EQ(second->next_page_token(), "");
  request.set_rule_id("a");
  EXPECT_EQ(Refusal(runs()), "BAD_PAGE_TOKEN");
}

TEST_P(RulesRpcTest, APreviewTakesOneRuleAndASpan) {
  v1::PreviewRuleRequest request;
  const auto preview = [&](rpc::Client& client) {
    return Ask<v1::PreviewRuleResponse>(client, "Rules/PreviewRule", request);
  };
  EXPECT_EQ(Refusal(preview(*lead_)), "INVALID_FIELDS rule");
  EXPECT_EQ(Refusal(preview(*agent_)), "NOT_ALLOWED");
  request.set_rule_id("nowhere");
  EXPECT_EQ(Refusal(preview(*lead_)), "RULE_NOT_FOUND");
  ASSERT_EQ(Put(Urgent("urgent")), "OK");
  request.set_rule_id("urgent");
  request.mutable_from_time()->set_seconds(200);
  request.mutable_until_time()->set_seconds(200);
  EXPECT_EQ(Refusal(preview(*lead_)), "INVALID_FIELDS from_time");
  request.clear_from_time();
  request.clear_until_time();
  request.set_ticket_id(id_.value);
  clock_.Advance(std::chrono::seconds(1));
  Facts();  // numbers them
  const auto asked = preview(*lead_);
  ASSERT_EQ(Refusal(asked), "OK");
  EXPECT_EQ(asked->match_count(), 1);
  EXPECT_EQ(Get(id_).priority, Priority::kNormal) << "nothing is done";
}

TEST_P(RulesRpcTest, BadMacrosAndCannedRepliesAreNamedByField) {
  auto macro = Named("tidy", false);
  macro.clear_name();
  macro.mutable_actions(0)->clear_note();
  macro.add_actions()->mutable_reply()->set_text("Dear {{contact.nmae}}");
  EXPECT_EQ(Refusal(Create(*agent_, macro)),
            "INVALID_FIELDS name actions[0] actions[1].reply.text");
  EXPECT_EQ(Apply(*agent_, ""), "INVALID_FIELDS macro_id");
  EXPECT_EQ(Apply(*agent_, "nowhere"), "MACRO_NOT_FOUND");
  v1::CreateCannedReplyRequest reply;
  EXPECT_EQ(Refusal(Ask<v1::CannedReply>(*agent_, "CannedReplies/CreateCannedReply", reply)),
            "INVALID_FIELDS request_id");
  reply.set_request_id("c1");
  reply.set_language(std::string(36, 'x'));
  EXPECT_EQ(Refusal(Ask<v1::CannedReply>(*agent_, "CannedReplies/CreateCannedReply", reply)),
            "INVALID_FIELDS shortcut title language text");
}

TEST_P(RulesRpcTest, WhatIsNotSharedIsTheirsAlone) {
  const auto own = Create(*agent_, Named("own", false));
  const auto shared = Create(*agent_, Named("shared", true));
  ASSERT_EQ(Refusal(shared), "OK");
  v1::GetMacroRequest get;
  get.set_id(own->id());
  EXPECT_EQ(Refusal(Ask<v1::Macro>(*agent_, "Macros/GetMacro", get)), "OK");
  EXPECT_EQ(Refusal(Ask<v1::Macro>(*other_, "Macros/GetMacro", get)), "MACRO_NOT_FOUND");
  EXPECT_EQ(Refusal(Ask<v1::Macro>(*lead_, "Macros/GetMacro", get)), "MACRO_NOT_FOUND");
  EXPECT_EQ(Apply(*other_, own->id()), "MACRO_NOT_FOUND");
  EXPECT_EQ(Apply(*other_, shared->id()), "OK");
  v1::DeleteMacroRequest gone;
  gone.set_id(shared->id());
  gone.set_request_id("d1");
  const auto removed = [&](rpc::Client& client) {
    return Refusal(Ask<v1::DeleteMacroResponse>(client, "Macros/DeleteMacro", gone));
  };
  EXPECT_EQ(removed(*other_), "NOT_YOURS");
  EXPECT_EQ(removed(*lead_), "OK");
}

TEST_P(RulesRpcTest, AMacroDoesForAnAgentOnlyWhatAgentsMayDo) {
  Into(id_, Status::kOpen);
  auto request = Named("back", true);
  request.mutable_actions(0)->mutable_unassign();
  const auto back = Create(*lead_, request);
  ASSERT_EQ(Refusal(back), "OK");
  EXPECT_EQ(Apply(*other_, back->id()), "MACRO_NOT_ALLOWED");
  EXPECT_EQ(Apply(*lead_, back->id()), "OK");
  request = Named("call", true);
  request.mutable_actions(0)->mutable_webhook()->set_webhook_id(id_.value);
  EXPECT_EQ(Refusal(Create(*agent_, request)), "MACRO_NOT_ALLOWED");
}

TEST_P(RulesRpcTest, MacrosComeInPagesWhateverTheirNamesAre) {
  for (const char* name : {"one\nof two lines", "two", "three"}) {
    ASSERT_EQ(Refusal(Create(*agent_, Named(name, true))), "OK");
  }
  v1::ListMacrosRequest request;
  request.set_page_size(1);
  std::vector<std::string> names;
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = Ask<v1::ListMacrosResponse>(*agent_, "Macros/ListMacros", request);
    ASSERT_EQ(Refusal(page), "OK");
    for (const v1::Macro& macro : page->macros()) names.push_back(macro.name());
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("one\nof two lines", "three", "two"));
}

TEST_P(RulesRpcTest, APageOfMacrosArrivesHoweverLongTheyAre) {
  auto request = Named("long", true);
  request.mutable_actions(0)->set_note(std::string(kTextBytesMax, 'x'));
  *request.add_actions() = request.actions(0);
  request.add_actions()->set_note("x");
  EXPECT_EQ(Refusal(Create(*agent_, request)), "INVALID_FIELDS actions") << "over 512 KiB";
  request.mutable_actions()->RemoveLast();
  for (int i = 0; i < 40; ++i) {
    request.set_request_id("long " + std::to_string(i));
    ASSERT_EQ(Refusal(Create(*agent_, request)), "OK");
  }
  v1::ListMacrosRequest list;
  const auto page = Ask<v1::ListMacrosResponse>(*agent_, "Macros/ListMacros", list);
  ASSERT_EQ(Refusal(page), "OK");
  EXPECT_EQ(page->macros_size(), 31);
  list.set_page_token(page->next_page_token());
  EXPECT_EQ(Ask<v1::ListMacrosResponse>(*agent_, "Macros/ListMacros", list)->macros_size(), 9);
}

MUARA_ON_BOTH_ENGINES(RulesRpcTest);

}  // namespace
}  // namespace muara::ticket
