// What a simulation says to callers over a real connection.
#include "libs/bus/sequencer.h"
#include "libs/rpc/rpc_fixture.h"
#include "libs/rpc/timestamp.h"
#include "muara/routing/v1/simulations.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

using rpc::Refusal;
using std::chrono::seconds;
using Request = v1::SimulateRoutingRequest;
using Response = v1::SimulateRoutingResponse;

class SimulationsRpcTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    simulations_ = std::make_unique<Simulations>(*database_, *log_, clock_, one_->hours);
    ServeSimulations(wire_.server(), *simulations_);
    wire_.Start();
    supervisor_ = wire_.As("agents/sup", rpc::Role::kSupervisor);
    rpc::SetTimestamp(request_.mutable_from_time(), clock_.Now());
  }
  // Ann, who can do one at a time, has three to do.
  void BeBusy() {
    AddAgent("ann", 1);
    for (const char* id : {"t0", "t1", "t2"}) Open(id);
    for (const char* id : {"t0", "t1"}) {
      Accepted(id);
      clock_.Advance(seconds(100));
      ASSERT_TRUE(React(&Work::EndedIn, Ticket(id)).ok());
    }
    Accepted("t2");
    rpc::SetTimestamp(request_.mutable_to_time(), clock_.Now());
    while (*bus::Sequence(*database_) > 0) {
    }
  }
  Result<Response> Ask(const Request& request) {
    return supervisor_->Ask<Response>("muara.routing.v1.Simulations/SimulateRouting", request);
  }

  std::unique_ptr<Simulations> simulations_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> supervisor_;
  Request request_;
};

TEST_P(SimulationsRpcTest, AnswersWhatIsComparedAndTheSameEachTime) {
  BeBusy();
  auto* eve = request_.add_agents();
  eve->set_id("eve");
  eve->add_update_fields("queue_ids");
  eve->add_update_fields("available");
  eve->add_queue_ids("general");
  auto* shift = eve->add_available();
  *shift->mutable_from_time() = request_.from_time();
  *shift->mutable_to_time() = request_.to_time();
  const auto found = Ask(request_);
  ASSERT_TRUE(found.ok()) << found.error().message;
  const auto& all = found->all();
  EXPECT_EQ(all.actual().items(), 3);
  EXPECT_EQ(all.actual().served(), 3);
  EXPECT_DOUBLE_EQ(all.baseline().p99_wait_seconds(), 200);
  EXPECT_DOUBLE_EQ(all.changed().mean_wait_seconds(), 0);
  EXPECT_DOUBLE_EQ(all.difference().mean_wait_seconds(), -100);
  EXPECT_DOUBLE_EQ(all.baseline().service_level(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(all.changed().service_level(), 1);
  ASSERT_EQ(found->queues_size(), 1);
  EXPECT_EQ(found->queues(0).queue_id(), "general");
  ASSERT_EQ(found->agents_size(), 2);
  EXPECT_EQ(found->agents(1).agent_id(), "eve");
  EXPECT_EQ(found->agents(1).difference().served(), 3);
  ASSERT_EQ(found->changed_item_count(), 3);
  const auto& item = found->changed_items(0);
  EXPECT_EQ(item.work_item_id(), "t2");
  EXPECT_EQ(item.baseline().agent_id(), "ann");
  EXPECT_EQ(item.changed().agent_id(), "eve");
  EXPECT_EQ(item.changed().why(), "longest idle of 2 able agents");
  EXPECT_EQ(found->DebugString().find("Subject"), std::string::npos);
  EXPECT_EQ(Ask(request_)->SerializeAsString(), found->SerializeAsString());
}

TEST_P(SimulationsRpcTest, NamesWhatIsWrong) {
  EXPECT_EQ(Refusal(Ask({})), "INVALID_FIELDS from_time to_time");
  BeBusy();
  EXPECT_EQ(Refusal(Ask(request_)), "OK");
  const auto refused = [&](const std::function<void(Request&)>& change) {
    Request request = request_;
    change(request);
    return Refusal(Ask(request));
  };
  EXPECT_EQ(refused([](Request& bad) { bad.set_changed_items_max(-1); }),
            "INVALID_FIELDS changed_items_max");
  EXPECT_EQ(refused([](Request& bad) { bad.add_queues()->set_id("general"); }),
            "INVALID_FIELDS queues/general.update_fields");
  EXPECT_EQ(refused([](Request& bad) {
              bad.add_queues()->set_id("general");
              bad.mutable_queues(0)->add_update_fields("display_name");
            }),
            "INVALID_FIELDS queues/general.update_fields");
  EXPECT_EQ(refused([](Request& bad) {
              bad.add_queues()->set_id("general");
              bad.mutable_queues(0)->set_order(static_cast<v1::QueueOrder>(9));
              bad.mutable_queues(0)->add_update_fields("order");
            }),
            "INVALID_FIELDS queues/general.order");
  EXPECT_EQ(refused([](Request& bad) {
              bad.add_agents()->set_id("ann");
              bad.mutable_agents(0)->add_update_fields("capacity");
              bad.mutable_agents(0)->set_removed(true);
            }),
            "INVALID_FIELDS agents/ann.update_fields");
  EXPECT_EQ(refused([](Request& bad) {
              bad.add_agents()->set_id("ann");
              bad.mutable_agents(0)->add_update_fields("capacity");
            }),
            "INVALID_FIELDS agents/ann.capacity");
  EXPECT_EQ(refused([](Request& bad) { bad.mutable_policy()->add_weights(); }),
            "INVALID_FIELDS policy.weights");
  EXPECT_EQ(refused([](Request& bad) {
              auto* rule = bad.mutable_policy()->add_interrupt_rules();
              rule->set_new_channel(connector::v1::CHANNEL_CHAT);
              rule->set_present_channel(connector::v1::CHANNEL_CHAT);
            }),
            "INVALID_FIELDS policy.interrupt_rules");
  supervisor_ = wire_.As("agents/ann", rpc::Role::kAgent);
  EXPECT_EQ(Refusal(Ask(request_)), "NOT_ALLOWED");
}

TEST_P(SimulationsRpcTest, SaysWhatOtherHoursAndAShorterMaximumWouldHaveDone) {
  BeBusy();
  auto* general = request_.add_queues();
  general->set_id("general");
  general->add_update_fields("max_wait_seconds");
  general->add_update_fields("max_wait_action");
  general->set_max_wait_seconds(150);
  general->set_max_wait_action(v1::MAX_WAIT_ACTION_EXPIRE);
  const auto found = Ask(request_);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->all().baseline().expired(), 0);
  EXPECT_EQ(found->all().changed().expired(), 1);
  EXPECT_EQ(found->all().difference().expired(), 1);
  EXPECT_EQ(found->changed_items(0).work_item_id(), "t2");
  EXPECT_EQ(found->changed_items(0).changed().fate(), v1::SIMULATED_FATE_EXPIRED);
  EXPECT_DOUBLE_EQ(found->changed_items(0).changed().wait_seconds(), 150);
  general->clear_update_fields();
  general->add_update_fields("calendar_id");
  general->set_calendar_id("never");
  EXPECT_EQ(rpc::Refusal(Ask(request_)), "CALENDAR_NOT_FOUND");
  Calendar never{.id = "never", .display_name = "Never", .time_zone = "UTC"};
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return one_->calendars.ChangedIn(tx, never); }).ok());
  EXPECT_EQ(Ask(request_)->all().changed().waiting(), 3);
}

MUARA_ON_BOTH_ENGINES(SimulationsRpcTest);

}  // namespace
}  // namespace muara::routing
