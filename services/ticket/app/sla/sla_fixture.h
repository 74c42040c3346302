// The app of the ticket service with its service levels, for tests.
#pragma once

#include "services/ticket/app/sla/policies.h"
#include "services/ticket/app/sla/sla.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {

class SlaAppTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    sla_policies_ = std::make_unique<SlaPolicies>(*database_, *log_, clock_);
  }
  std::vector<Follower*> Followers() override {
    sla_ = std::make_unique<Sla>(*database_, *log_, clock_);
    return {sla_.get(), search_index_.get()};
  }

  static SlaTarget Target(TargetKind kind, Duration duration, double warn_share = 0) {
    SlaTarget target;
    target.kind = kind;
    target.duration = duration;
    target.warn_share = warn_share;
    target.pauses_on = DefaultPauses();
    return target;
  }
  // A policy for every ticket.
  static SlaPolicy Policy(std::vector<SlaTarget> targets) {
    SlaPolicy policy;
    policy.rules.push_back({"all", {}, {}, {}, {}});
    policy.targets = std::move(targets);
    return policy;
  }
  SlaChange Asked(const std::string& id, const std::string& key = "", int expected_version = 0) {
    return {id, bus::KeyFor(key.empty() ? "sla-" + std::to_string(++keys_) : key, id),
            expected_version, "accounts/1"};
  }
  void Promise(const std::string& id, const SlaPolicy& policy) {
    const auto made = sla_policies_->CreatePolicy(Asked(id), policy);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  void Declare(const std::string& id, const std::string& zone, std::vector<Hours> hours) {
    Calendar calendar;
    calendar.time_zone = zone;
    calendar.week.fill(hours);
    const auto made = sla_policies_->CreateCalendar(Asked(id), calendar);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  // All clocks of a ticket as "KIND STATE", those that go first, then the newest.
  std::string Clocks(const TicketId& id) {
    std::string text;
    const auto clocks = sla_->Explain(id);
    EXPECT_TRUE(clocks.ok());
    if (!clocks.ok()) return "";
    for (const Explained& one : *clocks) {
      text += (text.empty() ? "" : ", ") + std::string(TargetKindName(one.clock.kind)) + " " +
              ClockStateName(one.clock.state());
    }
    return text;
  }
  std::optional<Time> DueOf(const TicketId& id) { return sla_->Explain(id)->at(0).clock.due; }
  // Tells all that is due now; how many.
  int Fire() {
    int told = 0;
    for (auto fired = sla_->FireDue();; fired = sla_->FireDue()) {
      EXPECT_TRUE(fired.ok());
      if (!fired.ok() || *fired == 0) return told;
      told += *fired;
    }
  }

  std::unique_ptr<Sla> sla_;
  std::unique_ptr<SlaPolicies> sla_policies_;
};

}  // namespace muara::ticket
