// The thread that tells what is due, by the real clock.
#include "services/ticket/events/sla_timers.h"

#include "libs/testing/eventually.h"
#include "services/ticket/app/sla/sla_fixture.h"

namespace muara::ticket {
namespace {

using namespace std::chrono_literals;  // NOLINT

class SlaTimersTest : public SlaAppTest {
 protected:
  void SetUp() override {
    SlaAppTest::SetUp();
    sla_ = std::make_unique<Sla>(*database_, *log_, real_);
    sla_policies_ = std::make_unique<SlaPolicies>(*database_, *log_, real_);
    journal_ = std::make_unique<Journal>(*log_, std::vector<Follower*>{sla_.get()});
    intake_ = std::make_unique<Intake>(*database_, *journal_, real_, *policies_, IntakePolicy());
    tickets_ = std::make_unique<Tickets>(*database_, *journal_, real_, *policies_);
  }
  bool IsTold(const TicketId& id) {
    return FactTypes(id.value) == "TicketOpened SlaWarned SlaBreached";
  }

  SystemClock real_;
};

TEST_P(SlaTimersTest, WakesForWhatIsCommittedWhileItSleeps) {
  Promise("p", Policy({Target(TargetKind::kFirstReply, 1s, 0.1)}));
  events::SlaTimers timers(*sla_, real_);
  ASSERT_TRUE(timers.Start().ok());
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_TRUE(testing::Eventually([&] { return IsTold(id); }));
  const auto facts = Facts(id.value);
  EXPECT_GE(facts[2].time - facts[0].time, 1s) << "never early";
  timers.Stop();
}

TEST_P(SlaTimersTest, TellsAfterARestartWhatCameDueMeanwhile) {
  Promise("p", Policy({Target(TargetKind::kFirstReply, 1s, 0.1)}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const auto passed = [&] { return *sla_->NextDue() && real_.Now() > **sla_->NextDue() + 1s; };
  ASSERT_TRUE(testing::Eventually(passed));
  events::SlaTimers first(*sla_, real_);
  Sla other(*database_, *log_, real_);
  events::SlaTimers second(other, real_);
  ASSERT_TRUE(first.Start().ok());
  ASSERT_TRUE(second.Start().ok());
  EXPECT_TRUE(testing::Eventually([&] { return IsTold(id); }));
}

TEST_P(SlaTimersTest, SettlesTicketsAfterAChange) {
  events::SlaTimers timers(*sla_, real_);
  ASSERT_TRUE(timers.Start().ok());
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Promise("p", Policy({Target(TargetKind::kResolution, 1h)}));
  EXPECT_TRUE(testing::Eventually([&] { return Clocks(id) == "RESOLUTION RUNNING"; }));
}

MUARA_ON_BOTH_ENGINES(SlaTimersTest);

}  // namespace
}  // namespace muara::ticket
