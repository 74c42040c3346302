// What rules say of tickets and facts, and what is refused when they are saved.
#include <gtest/gtest.h>

#include <random>

#include "services/ticket/domain/rules/rule.h"
#include "services/ticket/domain/rules/text_template.h"

namespace muara::ticket {
namespace {

using Op = Operator;
const Time kNow = FromMicros(1772348400000000);

class RulesTest : public ::testing::Test {
 protected:
  RulesTest() {
    ticket_.status = Status::kOpen;
    ticket_.priority = Priority::kHigh;
    ticket_.subject = "Crème BRÛLÉE übrig";
    ticket_.queue_id = "mail";
    ticket_.tags = {"vip", "late"};
    ticket_.create_time = kNow - std::chrono::hours(30);
    ticket_.fields = {{"amount", FieldType::kNumber, "", 12.5},
                      {"plan", FieldType::kChoice, "gold"},
                      {"due", FieldType::kDate, "2026-02-27"}};
    fact_.fact = "MessageReceived";
    fact_.actor = "contacts/1";
    fact_.changed = {"status"};
    fact_.interaction = Interaction{};
    fact_.interaction->content.text = "Saya mau REFUND, please-now 50% off";
    vocabulary_.facts = {"TicketOpened", "MessageReceived"};
    const auto declare = [&](const char* key, FieldType type, std::vector<std::string> options) {
      vocabulary_.fields.push_back({FieldEntity::kTicket, key, key, type, std::move(options)});
    };
    declare("amount", FieldType::kNumber, {});
    declare("plan", FieldType::kChoice, {"gold", "tin"});
    declare("due", FieldType::kDate, {});
  }
  bool Is(const std::string& field, Op op, std::vector<std::string> values = {}) {
    const Subject subject{ticket_, &fact_, {"shop.test"}, kNow};
    return Holds({field, op, std::move(values)}, subject);
  }
  std::string Problem(const std::string& field, Op op, std::vector<std::string> values = {},
                      Occasion occasion = Occasion::kFact) {
    std::vector<Violation> out;
    CheckGroups(out, {{Match::kAll, {{field, op, std::move(values)}}}}, vocabulary_, occasion);
    return out.empty() ? "" : out[0].field;
  }
  std::string Failing(const std::vector<ConditionGroup>& groups) {
    const auto failure = FirstFailure(groups, Subject{ticket_, &fact_, {}, kNow});
    return failure ? failure->place + (failure->field.empty() ? "" : " " + failure->field) + " " +
                         failure->seen
                   : "";
  }

  Ticket ticket_;
  Happening fact_;
  Vocabulary vocabulary_;
};

TEST_F(RulesTest, CodesAreComparedAsTheyAreAndNobodyIsEmpty) {
  EXPECT_TRUE(Is("status", Op::kIs, {"OPEN"}));
  EXPECT_FALSE(Is("status", Op::kIs, {"open"}));
  EXPECT_TRUE(Is("queue_id", Op::kAnyOf, {"chat", "mail"}));
  EXPECT_TRUE(Is("assignee_agent_id", Op::kIs, {""}));
  EXPECT_TRUE(Is("assignee_agent_id", Op::kIsNotSet));
  EXPECT_TRUE(Is("queue_id", Op::kIsNot, {"chat"}));
  EXPECT_TRUE(Is("tags", Op::kIs, {"vip"}));
  EXPECT_FALSE(Is("tags", Op::kAnyOf, {"new", "old"}));
  EXPECT_TRUE(Is("contact.domain", Op::kIs, {"shop.test"}));
  EXPECT_TRUE(Is("fact.actor_kind", Op::kIs, {"CONTACT"}));
}

TEST_F(RulesTest, WordsAreFoundWithoutCaseAndAccents) {
  EXPECT_TRUE(Is("subject", Op::kContains, {"creme brulee"}));
  EXPECT_TRUE(Is("subject", Op::kStartsWith, {"CREME"}));
  EXPECT_FALSE(Is("subject", Op::kStartsWith, {"brulee"}));
  EXPECT_TRUE(Is("subject", Op::kContainsWord, {"Ubrig"}));
  EXPECT_FALSE(Is("subject", Op::kContainsWord, {"ubri"}));
  EXPECT_TRUE(Is("interaction.text", Op::kContainsWord, {"nothing", "refund"}));
  EXPECT_TRUE(Is("interaction.text", Op::kContainsWord, {"please"}));
  EXPECT_TRUE(Is("interaction.text", Op::kContainsWord, {"50%"}));
  EXPECT_FALSE(Is("interaction.text", Op::kContainsWord, {"fund"}));
}

TEST_F(RulesTest, NumbersLevelsAndTimesHaveAnOrder) {
  EXPECT_TRUE(Is("priority", Op::kGreater, {"NORMAL"}));
  EXPECT_FALSE(Is("priority", Op::kGreater, {"HIGH"}));
  EXPECT_TRUE(Is("fields.amount", Op::kIs, {"12.50"}));
  EXPECT_TRUE(Is("fields.amount", Op::kLess, {"12.6"}));
  EXPECT_TRUE(Is("create_time", Op::kBeforeHoursAgo, {"29"}));
  EXPECT_FALSE(Is("create_time", Op::kBeforeHoursAgo, {"31"}));
  EXPECT_TRUE(Is("create_time", Op::kAfterHoursAgo, {"31"}));
  EXPECT_TRUE(Is("fields.due", Op::kBeforeHoursAgo, {"24"}));
  EXPECT_FALSE(Is("last_inbound_time", Op::kBeforeHoursAgo, {"1"})) << "never is not long ago";
  EXPECT_FALSE(Is("last_inbound_time", Op::kAfterHoursAgo, {"1"}));
}

TEST_F(RulesTest, ChangesAreThoseOfTheFact) {
  EXPECT_TRUE(Is("status", Op::kChanged));
  EXPECT_TRUE(Is("status", Op::kChangedTo, {"OPEN"}));
  EXPECT_FALSE(Is("status", Op::kChangedTo, {"PENDING"}));
  EXPECT_FALSE(Is("priority", Op::kChanged));
}

TEST_F(RulesTest, WhatMakesNoSenseIsRefusedByItsPlace) {
  const std::string at = "groups[0].conditions[0]";
  EXPECT_EQ(Problem("colour", Op::kIs, {"red"}), at + ".field");
  EXPECT_EQ(Problem("fields.unknown", Op::kIs, {"red"}), at + ".field");
  EXPECT_EQ(Problem("status", Op::kContains, {"OPEN"}), at + ".operator");
  EXPECT_EQ(Problem("status", static_cast<Op>(99), {"OPEN"}), at + ".operator");
  EXPECT_EQ(Problem("status", Op::kIs, {"OPENED"}), at + ".values");
  EXPECT_EQ(Problem("status", Op::kIs), at + ".values");
  EXPECT_EQ(Problem("status", Op::kIs, {"OPEN", "NEW"}), at + ".values");
  EXPECT_EQ(Problem("status", Op::kChanged, {"OPEN"}), at + ".values");
  EXPECT_EQ(Problem("flagged", Op::kIs, {"yes"}), at + ".values");
  EXPECT_EQ(Problem("interaction_count", Op::kLess, {"many"}), at + ".values");
  EXPECT_EQ(Problem("create_time", Op::kIs, {"2026"}), at + ".operator");
  EXPECT_EQ(Problem("create_time", Op::kBeforeHoursAgo, {"-1"}), at + ".values");
  EXPECT_EQ(Problem("fields.plan", Op::kIs, {"iron"}), at + ".values");
  EXPECT_EQ(Problem("fact.type", Op::kIs, {"TicketEaten"}), at + ".values");
  EXPECT_EQ(Problem("interaction.text", Op::kContains, {"x"}, Occasion::kTime), at);
  EXPECT_EQ(Problem("status", Op::kChanged, {}, Occasion::kTime), at);
  EXPECT_EQ(Problem("queue_id", Op::kIs, {"not-made-yet"}), "");
  EXPECT_EQ(Problem("fields.amount", Op::kGreater, {"3"}), "");
  std::vector<Violation> out;
  const ConditionGroup deep{Match::kAny, {}, {{Match::kAll, {}, {{Match::kAll}}}}};
  CheckGroups(out, {deep}, vocabulary_, Occasion::kFact);
  ASSERT_FALSE(out.empty());
  EXPECT_EQ(out[0].field, "groups[0].groups[0].groups");
}

TEST_F(RulesTest, TheConditionThatDecidesIsNamedAndWordsOfPeopleAreNot) {
  const Condition open{"status", Op::kIs, {"OPEN"}}, chat{"queue_id", Op::kIs, {"chat"}};
  const Condition text{"interaction.text", Op::kContains, {"xyz"}};
  EXPECT_EQ(Failing({{Match::kAll, {open, chat}}}), "groups[0].conditions[1] queue_id mail");
  EXPECT_EQ(Failing({{Match::kAny, {open, chat}}}), "");
  EXPECT_EQ(Failing({{Match::kAny, {chat, text}}}), "groups[0] ");
  EXPECT_EQ(Failing({{Match::kNone, {chat, open}}}), "groups[0].conditions[1] status OPEN");
  EXPECT_EQ(Failing({{Match::kAll, {text}}}), "groups[0].conditions[0] interaction.text ");
  EXPECT_EQ(Failing({{Match::kAll, {open}, {{Match::kAll, {open, chat}}}}}),
            "groups[0].groups[0].conditions[1] queue_id mail");
  EXPECT_EQ(Failing({{Match::kNone, {chat}, {{Match::kAll, {open, chat}}}}}), "");
}

TEST_F(RulesTest, ARuleIsCheckedAsAWhole) {
  Rule rule;
  rule.id = "first";
  rule.name = "First";
  rule.triggers = {"TicketOpened"};
  rule.actions = {{ActionKind::kSetPriority}};
  EXPECT_TRUE(Validate(rule, vocabulary_).ok());
  rule.schedule = RuleSchedule{TimeBase::kCreated, std::chrono::hours(1)};
  rule.triggers.push_back("Nothing");
  Action field{ActionKind::kSetField};
  field.field = {"plan", FieldType::kChoice, "iron"};
  Action reply{ActionKind::kReply};
  reply.text = "Hi {{contact.nam}} {{field.plan|x}} {{field.no}} {{open";
  rule.actions = {field,
                  reply,
                  {ActionKind::kWebhook},
                  {ActionKind::kSnooze},
                  static_cast<Action>(Action{static_cast<ActionKind>(77)})};
  std::string places;
  const auto refused = Validate(rule, vocabulary_);
  ASSERT_FALSE(refused.ok());
  for (const Violation& one : refused.error().violations) places += one.field + "\n";
  EXPECT_EQ(places,
            "triggers\ntriggers[1]\nactions[0].set_field.field\nactions[1].reply.text\n"
            "actions[1].reply.text\nactions[1].reply.text\nactions[2].webhook.webhook_id\n"
            "actions[3].snooze.for_seconds\nactions[4]\n");
}

TEST_F(RulesTest, BlanksAreFilledOnceAndAsPlainText) {
  ticket_.contact_name = "{{ticket.subject}} <b>";
  ticket_.reference = "ABC";
  EXPECT_EQ(
      *Fill("Hi {{contact.name}}, {{ticket.reference}} {{ field.amount }} {{queue}}", ticket_, ""),
      "Hi {{ticket.subject}} <b>, ABC 12.5 mail");
  EXPECT_EQ(*Fill("Hi {{agent.name|there}}{{field.gone}}!", ticket_, ""), "Hi there!");
  EXPECT_EQ(Fill("{{agent.name}} ", ticket_, "").error().reason, "TEXT_EMPTY");
  const std::string many(3000, 'x');
  ticket_.subject = many;
  std::string all;
  for (int i = 0; i < 100; ++i) all += "{{ticket.subject}}";
  EXPECT_EQ(Fill(all, ticket_, "").error().reason, "TEXT_TOO_LONG");
}

// Rules that set off each other in any way: every line of them ends.
TEST_F(RulesTest, NoSetOfRulesGoesOnForEver) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random(seed);
  for (int round = 0; round < 200; ++round) {
    const size_t rules = 1 + random() % 30;
    size_t steps = 0;
    std::vector<std::string> chain;
    while (true) {
      std::vector<std::string> may;
      for (size_t i = 0; i < rules; ++i) {
        if (MayFollow(std::to_string(i), chain)) may.push_back(std::to_string(i));
      }
      if (may.empty()) break;
      chain.push_back(may[random() % may.size()]);
      ASSERT_LE(++steps, kChainMax);
    }
  }
}

}  // namespace
}  // namespace muara::ticket
