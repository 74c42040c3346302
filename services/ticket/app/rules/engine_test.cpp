// What facts make rules do: once, in order, without end never, and written down.
#include <algorithm>
#include <random>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/rules/rules_fixture.h"

namespace muara::ticket {
namespace {

class RuleEngineTest : public RulesAppTest {};

TEST_P(RuleEngineTest, AFactThatFitsIsActedOnOnceAndTheCauseNamesTheRule) {
  Put(Upon("urgent", {"TicketOpened"}, {Do(kSetPriority), Do(kNote, "look")},
           {{"interaction.text", Op::kContainsWord, {"HELP"}}}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const TicketId other = Take(Mail("bob@example.test", "all is fine")).ticket_id;
  EXPECT_GT(Settle(), 0);
  EXPECT_EQ(Settle(), 0);
  EXPECT_EQ(Get(id).priority, Priority::kUrgent);
  EXPECT_EQ(Get(other).priority, Priority::kNormal);
  EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketChanged NoteAdded");
  EXPECT_EQ(FactTypes(other.value), "TicketOpened");
  const auto fact = LastFact<v1::NoteAdded>(id.value);
  EXPECT_EQ(fact.cause().actor(), "rules/urgent");
  EXPECT_EQ(fact.cause().reason(), "RULE");
  EXPECT_EQ(fact.cause().note(), "Rule urgent");
  ASSERT_EQ(fact.cause().rules_size(), 1);
  EXPECT_EQ(fact.cause().root_event_id(), Facts(id.value)[0].id);
  EXPECT_EQ(fact.interaction().author_id(), "") << "nobody wrote it";
  EXPECT_EQ(Runs(id), "urgent RAN set_priority note\n");
  EXPECT_EQ(Runs(other), "");
}

Action Calling(const std::string& text = "") {
  Action action{ActionKind::kWebhook};
  action.id = "0190a3c4-5d6e-7f80-9a1b-2c3d4e5f6071";
  action.text = text;
  return action;
}

TEST_P(RuleEngineTest, AWebhookIsAskedForOnceWithItsCauseAndChangesNoTicket) {
  Put(Upon("call", {"TicketOpened"}, {Calling("{{contact.name|nobody}} {{ticket.reference}}")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const int version = Get(id).version;
  Settle();
  EXPECT_EQ(FactTypes(id.value), "TicketOpened WebhookRequested");
  EXPECT_EQ(Get(id).version, version);
  EXPECT_EQ(Runs(id), "call RAN webhook\n");
  const auto fact = LastFact<v1::WebhookRequested>(id.value);
  EXPECT_EQ(fact.webhook_id(), Calling().id);
  EXPECT_NE(fact.text().find(Get(id).reference), std::string::npos);
  EXPECT_EQ(fact.ticket().id(), id.value);
  EXPECT_EQ(fact.cause().actor(), "rules/call");
  EXPECT_EQ(fact.cause().root_event_id(), Facts(id.value)[0].id);
  ASSERT_TRUE(database_
                  ->Transact([](sql::Tx& tx) {
                    return tx.Execute("DELETE FROM checkpoint WHERE topic = 'ticket/rules'");
                  })
                  .ok());
  own_ = std::make_unique<OwnFacts>(*database_, *log_, *engine_);
  EXPECT_GT(Settle(), 0);
  EXPECT_EQ(FactTypes(id.value), "TicketOpened WebhookRequested") << "seen again";
}

TEST_P(RuleEngineTest, AWebhookIsAskedForOnAClosedTicketTooAndWithoutWordsWhereNoneAreLeft) {
  Put(Upon("call", {"TicketClosed"}, {Calling("  ")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Into(id, Status::kClosed);
  Settle();
  EXPECT_EQ(LastFact<v1::WebhookRequested>(id.value).text(), "");
  EXPECT_EQ(Runs(id), "call RAN webhook\n");
}

TEST_P(RuleEngineTest, ARuleDoesNotRunOnTheWebhookThatItAskedFor) {
  Put(Upon("call", {"TicketOpened", "WebhookRequested"}, {Calling()}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(FactTypes(id.value), "TicketOpened WebhookRequested");
  EXPECT_EQ(Runs(id), "call RAN webhook\ncall GUARDED\n");
}

TEST_P(RuleEngineTest, AnotherProcessThatSeesTheFactsAgainDoesNothingAgain) {
  Put(Upon("note", {"TicketOpened"}, {Do(kNote, "once")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  ASSERT_TRUE(database_
                  ->Transact([](sql::Tx& tx) {
                    return tx.Execute("DELETE FROM checkpoint WHERE topic = 'ticket/rules'");
                  })
                  .ok());
  own_ = std::make_unique<OwnFacts>(*database_, *log_, *engine_);
  EXPECT_GT(Settle(), 0);
  EXPECT_EQ(FactTypes(id.value), "TicketOpened NoteAdded");
}

TEST_P(RuleEngineTest, WhatIsRefusedIsWrittenDownAndTheRestIsDone) {
  Action field{ActionKind::kSetField};
  Action queue{ActionKind::kSetQueue};
  queue.id = "second";
  Put(Upon("much", {"TicketOpened"},
           {Do(ActionKind::kClose), Do(ActionKind::kHold), queue, Do(kAddTags, "seen"),
            Do(kAddTags, "seen"), Do(ActionKind::kReopen)}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(Runs(id),
            "much RAN close=refused:WRONG_STATE hold=refused:WRONG_STATE set_queue add_tags "
            "add_tags=unchanged reopen=refused:WRONG_STATE\n");
  EXPECT_EQ(Get(id).queue_id, "second");
  EXPECT_EQ(Get(id).tags, std::vector<std::string>{"seen"});
  // Its key is not parked: later facts are seen.
  Put(Upon("later", {"MessageReceived"}, {Do(kNote, "more")}));
  Answer(id, "ann@example.test");
  Settle();
  EXPECT_EQ(Runs(id).substr(Runs(id).find('\n') + 1), "later RAN note\n");
}

TEST_P(RuleEngineTest, RulesAreAskedInTheirOrderOfTheTicketAsItThenIs) {
  const auto tag = [&](const char* id, const char* name, std::vector<Condition> conditions) {
    Put(Upon(id, {"TicketOpened"}, {Do(kAddTags, name)}, std::move(conditions)));
  };
  tag("b", "two", {{"tags", Op::kIs, {"one"}}});
  tag("a", "one", {});
  EXPECT_EQ(Take(Mail("ann@example.test")).duplicate, false);
  Settle();
  EXPECT_EQ(List()[0].tags, std::vector<std::string>{"one"});
  const auto moved = rules_->Move(Admin(), "a", 1);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ((*moved)[0].id, "a");
  EXPECT_EQ((*moved)[1].position, 2);
  const TicketId id = Take(Mail("bob@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(Get(id).tags, (std::vector<std::string>{"one", "two"}));
}

TEST_P(RuleEngineTest, AfterOneThatStopsNoOtherIsAsked) {
  Rule first = Upon("first", {"TicketOpened"}, {Do(kAddTags, "a")},
                    {{"interaction.text", Op::kContains, {"stop"}}});
  first.stop_after = true;
  Put(first);
  Put(Upon("second", {"TicketOpened"}, {Do(kAddTags, "b")}));
  const TicketId stopped = Take(Mail("ann@example.test", "stop it")).ticket_id;
  const TicketId passed = Take(Mail("bob@example.test", "go on")).ticket_id;
  Settle();
  EXPECT_EQ(Runs(stopped), "first RAN add_tags\nsecond STOPPED\n");
  EXPECT_EQ(Runs(passed), "second RAN add_tags\n");
}

TEST_P(RuleEngineTest, ARuleDoesNotRunOnWhatCameOfIt) {
  Put(Upon("ping", {"TicketOpened", "NoteAdded"}, {Do(kNote, "ping")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(Runs(id), "ping RAN note\nping GUARDED\n");
  Put(Upon("pong", {"NoteAdded"}, {Do(kNote, "pong")}));
  ASSERT_TRUE(tickets_->Note(Of(id), "by hand").ok());
  Settle();
  EXPECT_EQ(On(id).size(), 1 + 1 + 1 + 4) << "ping, pong, and each once more of the other";
}

TEST_P(RuleEngineTest, RulesThatSetOffEachOtherEnd) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random(seed);
  const std::vector<std::string> facts = {"TicketOpened", "NoteAdded", "TicketChanged",
                                          "TicketAssigned"};
  for (int i = 0; i < 12; ++i) {
    std::vector<std::string> triggers;
    for (const auto& fact : facts) {
      if (random() % 2 == 0) triggers.push_back(fact);
    }
    if (triggers.empty()) triggers = facts;
    std::vector<Action> actions = {Do(kNote, "n" + std::to_string(i))};
    if (random() % 2 == 0) actions.push_back(Do(kAddTags, "t" + std::to_string(random() % 3)));
    if (random() % 3 == 0) actions.push_back(Do(kNote, "again"));
    Put(Upon("r" + std::to_string(i), triggers, actions));
  }
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(Settle(), 0);
  const auto runs = *rules_->ListRuns(id.value, "", 10000, {});
  const auto ran = std::count_if(
      runs.begin(), runs.end(), [](const RuleRun& one) { return one.outcome == RunOutcome::kRan; });
  EXPECT_LE(ran, kRunsOfRootMax);
  for (const RuleRun& one : runs) EXPECT_LE(one.rules.size(), kChainMax);
}

TEST_P(RuleEngineTest, WhatWasToldBeforeItWasEnabledIsNotItsBusiness) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(std::chrono::seconds(1));
  Rule rule = Upon("late", {"TicketOpened"}, {Do(kNote, "x")});
  rule.enabled = false;
  Put(rule);
  const TicketId while_off = Take(Mail("bob@example.test")).ticket_id;
  clock_.Advance(std::chrono::seconds(1));
  rule.enabled = true;
  Put(rule);
  const TicketId now = Take(Mail("eve@example.test")).ticket_id;
  Settle();
  EXPECT_EQ(Runs(id) + Runs(while_off) + Runs(now), "late RAN note\n");
}

TEST_P(RuleEngineTest, RepliesOfRulesAreMachinesAndAnswerNone) {
  Put(Upon("answer", {"TicketOpened", "MessageReceived"},
           {Do(ActionKind::kReply,
               "Hi {{contact.name}}, {{agent.name|we}} have {{ticket.reference}}")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Settle();
  const auto reply = LastFact<v1::ReplyWritten>(id.value);
  EXPECT_EQ(reply.interaction().content().text(),
            "Hi Name of ann@example.test, we have " + Get(id).reference);
  EXPECT_EQ(reply.interaction().origin(), connector::v1::ORIGIN_AUTO_REPLY);
  EXPECT_FALSE(Get(id).first_reply_time.has_value()) << "it is no first reply of ours";
  EXPECT_EQ(Get(id).status, Status::kNew);
  Submission away = Mail("ann@example.test", "out of office");
  away.origin = Origin::kAutoReply;
  Take(Hinted(away, HintKind::kReplyToken, id.value));
  Settle();
  EXPECT_THAT(Runs(id), ::testing::HasSubstr("reply=refused:AUTOMATIC_SENDER"));
  for (int i = 0; i < 6; ++i) Answer(id, "ann@example.test");
  Settle();
  EXPECT_THAT(Runs(id), ::testing::HasSubstr("reply=refused:TOO_MANY_AUTOMATIC_REPLIES"));
}

TEST_P(RuleEngineTest, ASavedRuleIsCheckedAndItsVersionGuarded) {
  Rule rule = Upon("checked", {"TicketOpened"}, {Do(kNote, "x")}, {{"fields.gone", Op::kIsSet}});
  EXPECT_EQ(rules_->Put(Admin(), rule).error().violations[0].field,
            "groups[0].conditions[0].field");
  CustomField gone{FieldEntity::kTicket, "gone", "Gone", FieldType::kText};
  ASSERT_TRUE(custom_fields_->Put(Admin(), gone).ok());
  EXPECT_EQ(Put(rule).version, 1);
  EXPECT_EQ(rules_->Put(Admin(7), rule).error().reason, "STALE_VERSION");
  EXPECT_TRUE(rules_->Delete(Admin(1), "checked").ok());
  EXPECT_EQ(rules_->Get("checked").error().reason, "RULE_NOT_FOUND");
  EXPECT_EQ(FactTypes("rules/checked"), "RuleChanged RuleDeleted");
}

TEST_P(RuleEngineTest, APreviewTellsWhatWouldHaveBeenDoneAndWhyNot) {
  const TicketId hit = Take(Mail("ann@example.test", "please refund")).ticket_id;
  const TicketId miss = Take(Mail("bob@example.test", "hello")).ticket_id;
  const std::string before = FactTypes();
  const Rule rule =
      Upon("try", {"TicketOpened"}, {Do(kSetPriority)},
           {{"queue_id", Op::kIsSet}, {"interaction.text", Op::kContains, {"refund"}}});
  PreviewSpan span{clock_.Now() - std::chrono::hours(1), clock_.Now() + std::chrono::hours(1)};
  const auto found = preview_->Ask(rule, span, {});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->matches.size(), 1);
  EXPECT_EQ(found->matches[0].fact.ticket_id, hit);
  ASSERT_EQ(found->misses.size(), 1);
  EXPECT_EQ(found->misses[0].fact.ticket_id, miss);
  EXPECT_EQ(found->misses[0].failure.place, "groups[0].conditions[1]");
  EXPECT_FALSE(found->next.has_value());
  span.ticket_id = miss;
  EXPECT_EQ(preview_->Ask(rule, span, {})->match_count, 0);
  EXPECT_EQ(preview_->Ask(rule, span, {})->miss_count, 1);
  span = {clock_.Now() + std::chrono::hours(1), clock_.Now() + std::chrono::hours(2)};
  EXPECT_EQ(preview_->Ask(rule, span, {})->looked_at, 0);
  EXPECT_EQ(FactTypes(), before);
  EXPECT_EQ(Runs(hit), "");
}

TEST_P(RuleEngineTest, WhatAContactClaimsOfItselfSetsOffNothing) {
  Put(Upon("vip", {"TicketOpened"}, {Do(kSetPriority)},
           {{"contact.domain", Op::kIs, {"bank.test"}}}));
  Submission chat = Chat("visitor");
  chat.claims = {{PointKind::kEmail, "director@bank.test"}};
  const TicketId claimed = Take(chat).ticket_id;
  const TicketId wrote = Take(Mail("teller@bank.test")).ticket_id;
  Settle();
  EXPECT_EQ(Get(claimed).priority, Priority::kNormal);
  EXPECT_EQ(Get(wrote).priority, Priority::kUrgent);
}

MUARA_ON_BOTH_ENGINES(RuleEngineTest);

}  // namespace
}  // namespace muara::ticket
