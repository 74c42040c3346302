// Rules over a store of its own that follow its facts as the service's consumer does, step by step.
#pragma once

#include <gmock/gmock.h>

#include "libs/bus/owner_log.h"
#include "services/ticket/app/rules/canned_replies.h"
#include "services/ticket/app/rules/macros.h"
#include "services/ticket/app/rules/preview.h"
#include "services/ticket/app/rules/rules.h"
#include "services/ticket/app/rules/schedules.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/events/rules.h"

namespace muara::ticket {

using Op = Operator;
constexpr ActionKind kSetPriority = ActionKind::kSetPriority;
constexpr ActionKind kAddTags = ActionKind::kAddTags;
constexpr ActionKind kNote = ActionKind::kNote;

// One process's way to follow the facts; another one begins where it ended.
struct OwnFacts {
  OwnFacts(sql::Database& database, const bus::EventLog& own_log, RuleEngine& engine)
      : log(database, own_log),
        consumer(database, log,
                 {.topic = "ticket", .consumer = "ticket/rules", .checkpoint = "ticket/rules"},
                 metrics) {
    events::OnOwnFacts(consumer, engine);
    CHECK(consumer.applier().Begin(own_log.epoch()).ok());
  }
  metrics::Registry metrics;
  bus::LocalLog log;
  bus::Consumer consumer;
};

class RulesAppTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    journal_ = std::make_unique<Journal>(
        *log_, std::vector<Follower*>{search_index_.get(), &status_times_});
    intake_ = std::make_unique<Intake>(*database_, *journal_, clock_, *policies_, IntakePolicy());
    tickets_ = std::make_unique<Tickets>(*database_, *journal_, clock_, *policies_);
    rules_ = std::make_unique<Rules>(*database_, *log_, clock_);
    preview_ = std::make_unique<RulePreview>(*database_, *log_);
    engine_ = std::make_unique<RuleEngine>(*journal_, *policies_, clock_, book_);
    schedules_ = std::make_unique<Schedules>(*database_, clock_, book_, *engine_);
    replies_ = std::make_unique<CannedReplies>(*database_, clock_);
    macros_ = std::make_unique<Macros>(*database_, *journal_, clock_, *policies_);
    own_ = std::make_unique<OwnFacts>(*database_, *log_, *engine_);
  }

  // Rules see what was told, and what they tell, until nothing is new; how many facts that were.
  int Settle() {
    int applied = 0;
    for (int before = -1; before != applied;) {
      before = applied;
      Facts();  // numbers them
      const auto mine = own_->consumer.applier().Load();
      for (int part = 0; part < bus::kParts; ++part) {
        const auto entries = log_->Read(part, mine->positions[part] + 1, 200);
        if (entries->empty()) continue;
        EXPECT_TRUE(own_->consumer.applier().Apply(part, log_->epoch(), *entries).ok());
        applied += static_cast<int>(entries->size());
      }
    }
    return applied;
  }

  static Action Do(ActionKind kind, const std::string& text = "") {
    Action action{kind};
    action.text = text;
    if (kind == kAddTags) action.tags = {text};
    if (kind == kSetPriority) action.priority = Priority::kUrgent;
    return action;
  }
  static Rule Upon(const std::string& id, const std::vector<std::string>& facts,
                   std::vector<Action> actions, std::vector<Condition> conditions = {}) {
    Rule rule;
    rule.id = id;
    rule.name = "Rule " + id;
    rule.triggers = facts;
    rule.actions = std::move(actions);
    if (!conditions.empty()) rule.groups = {{Match::kAll, std::move(conditions)}};
    return rule;
  }
  static Rule After(const std::string& id, TimeBase from, Duration after,
                    std::vector<Action> actions) {
    Rule rule = Upon(id, {}, std::move(actions));
    rule.schedule = RuleSchedule{from, after};
    return rule;
  }
  Rule Put(const Rule& rule) {
    const auto put = rules_->Put(Admin(), rule);
    EXPECT_TRUE(put.ok()) << put.error().message;
    return put.ok() ? *put : Rule{};
  }
  // "rule outcome action=outcome:reason", the oldest first.
  std::string Runs(const TicketId& id) {
    auto runs = *rules_->ListRuns(id.value, "", 200, {});
    std::string text;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
      constexpr const char* kOutcomes[] = {"", "RAN", "GUARDED", "LIMITED", "STOPPED"};
      constexpr const char* kDone[] = {"", "", "=unchanged", "=refused:"};
      text += run->rule_id + " " + kOutcomes[static_cast<int>(run->outcome)];
      for (const ActionResult& one : run->results) {
        text += std::string(" ") + ActionName(one.kind) + kDone[static_cast<int>(one.outcome)] +
                one.reason;
      }
      text += "\n";
    }
    return text;
  }

  StatusTimes status_times_;
  RuleBook book_;
  std::unique_ptr<Rules> rules_;
  std::unique_ptr<RulePreview> preview_;
  std::unique_ptr<RuleEngine> engine_;
  std::unique_ptr<Schedules> schedules_;
  std::unique_ptr<CannedReplies> replies_;
  std::unique_ptr<Macros> macros_;
  std::unique_ptr<OwnFacts> own_;
};

}  // namespace muara::ticket
