// What queues say of their hours to callers over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/routing/v1/queues.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

using rpc::Refusal;

class HoursRpcTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    waits_ = std::make_unique<Waits>(*database_, clock_, one_->policy, one_->hours);
    ServeQueues(wire_.server(), one_->people, clock_);
    ServeOffers(wire_.server(), one_->offers, one_->work, one_->wrap_ups);
    ServeWaits(wire_.server(), *waits_);
    wire_.Start();
    admin_ = wire_.As("accounts/1", rpc::Role::kAdmin);
  }
  template <class Request>
  Result<v1::Queue> Ask(const std::string& method, const Request& request) {
    return admin_->Ask<v1::Queue>("muara.routing.v1.Queues/" + method, request);
  }

  std::unique_ptr<Waits> waits_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> admin_;
};

TEST_P(HoursRpcTest, AQueueSaysWhetherItIsOpen) {
  Calendar calendar{.id = "office", .display_name = "Office", .time_zone = "UTC"};
  calendar.week.fill({{480, 1020}});  // it is 07:00
  v1::CreateQueueRequest request;
  request.set_request_id("r1");
  request.set_id("calls");
  request.set_display_name("Calls");
  request.set_calendar_id("office");
  request.set_closed_hours(v1::CLOSED_HOURS_OVERFLOW);
  request.set_max_wait_seconds(2592001);
  request.set_max_wait_action(static_cast<v1::MaxWaitAction>(3));
  const auto create = [&] { return Ask("CreateQueue", request); };
  EXPECT_EQ(Refusal(create()), "INVALID_FIELDS max_wait_seconds max_wait_action overflow_queue_id");
  request.set_overflow_queue_id("general");
  request.set_max_wait_seconds(60);
  request.set_max_wait_action(v1::MAX_WAIT_ACTION_EXPIRE);
  EXPECT_EQ(Refusal(create()), "CALENDAR_NOT_FOUND");
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return one_->calendars.ChangedIn(tx, calendar); })
          .ok());
  const auto made = create();
  ASSERT_EQ(Refusal(made), "OK");
  EXPECT_FALSE(made->open());
  EXPECT_EQ(made->open_change_time().seconds(), ToMicros(clock_.Now()) / 1000000 + 3600);
  EXPECT_EQ(made->closed_hours(), v1::CLOSED_HOURS_OVERFLOW);
  EXPECT_EQ(made->max_wait_seconds(), 60);
  EXPECT_EQ(made->max_wait_action(), v1::MAX_WAIT_ACTION_EXPIRE);
  v1::UpdateQueueRequest update;
  update.set_id("calls");
  update.set_request_id("r2");
  for (const char* field : {"calendar_id", "closed_hours", "max_wait_action"}) {
    update.add_update_fields(field);
  }
  const auto changed = Ask("UpdateQueue", update);
  ASSERT_EQ(Refusal(changed), "OK");
  EXPECT_TRUE(changed->open()) << "always";
  EXPECT_FALSE(changed->has_open_change_time());
  EXPECT_EQ(changed->closed_hours(), v1::CLOSED_HOURS_WAIT);
  EXPECT_EQ(changed->max_wait_action(), v1::MAX_WAIT_ACTION_FLAG);
}

MUARA_ON_BOTH_ENGINES(HoursRpcTest);

}  // namespace
}  // namespace muara::routing
