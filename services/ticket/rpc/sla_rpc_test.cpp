// What is said to callers about calendars, policies and clocks over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/sla_service.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class SlaRpcTest : public SlaAppTest {
 protected:
  void SetUp() override {
    SlaAppTest::SetUp();
    ServeBusinessCalendars(wire_.server(), *sla_policies_);
    ServeSlaPolicies(wire_.server(), *sla_policies_, *sla_);
    wire_.Start();
    admin_ = wire_.As("accounts/1", rpc::Role::kAdmin);
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return admin_->Ask<Response>("muara.ticket.v1." + method, request);
  }
  v1::CreateBusinessCalendarRequest Office(const std::string& id) {
    v1::CreateBusinessCalendarRequest request;
    request.set_request_id("r" + std::to_string(++requests_));
    request.set_id(id);
    request.set_time_zone("Asia/Jakarta");
    AddHours(request.add_days(), v1::WEEKDAY_MONDAY, "09:00", "17:00");
    return request;
  }
  static void AddHours(v1::BusinessDay* day, v1::Weekday weekday, const std::string& from,
                       const std::string& to) {
    day->set_weekday(weekday);
    auto* hours = day->add_hours();
    hours->set_from(from);
    hours->set_to(to);
  }
  v1::CreateSlaPolicyRequest Gold(const std::string& id) {
    v1::CreateSlaPolicyRequest request;
    request.set_request_id("r" + std::to_string(++requests_));
    request.set_id(id);
    request.add_rules()->set_name("all");
    auto* target = request.add_targets();
    target->set_kind(v1::SLA_TARGET_KIND_FIRST_REPLY);
    target->set_duration_seconds(3600);
    return request;
  }
  std::string Calendar(const std::function<void(v1::CreateBusinessCalendarRequest&)>& spoil) {
    auto request = Office("office");
    spoil(request);
    return Refusal(Ask<v1::BusinessCalendar>("BusinessCalendars/CreateBusinessCalendar", request));
  }
  std::string Policy(const std::function<void(v1::CreateSlaPolicyRequest&)>& spoil) {
    auto request = Gold("gold");
    spoil(request);
    return Refusal(Ask<v1::SlaPolicy>("SlaPolicies/CreateSlaPolicy", request));
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> admin_;
  std::unique_ptr<rpc::Client> agent_;
  int requests_ = 0;
};

TEST_P(SlaRpcTest, ACalendarThatCannotBeIsNamedByField) {
  EXPECT_EQ(Calendar([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(Calendar([](auto& r) { r.set_id("No Slug"); }), "INVALID_FIELDS id");
  EXPECT_EQ(Calendar([](auto& r) { r.set_time_zone("Mars/Olympus"); }), "INVALID_FIELDS time_zone");
  EXPECT_EQ(Calendar([](auto& r) { r.set_display_name(std::string(257, 'x')); }),
            "INVALID_FIELDS display_name");
  EXPECT_EQ(Calendar([](auto& r) { r.clear_days(); }), "INVALID_FIELDS days");
  EXPECT_EQ(Calendar([](auto& r) { AddHours(r.add_days(), v1::WEEKDAY_MONDAY, "01:00", "02:00"); }),
            "INVALID_FIELDS days");
  EXPECT_EQ(Calendar([](auto& r) { AddHours(r.add_days(), v1::WEEKDAY_SUNDAY, "9:00", "10:00"); }),
            "INVALID_FIELDS days");
  EXPECT_EQ(Calendar([](auto& r) { AddHours(r.add_days(), v1::WEEKDAY_SUNDAY, "23:00", "24:01"); }),
            "INVALID_FIELDS days");
  EXPECT_EQ(Calendar([](auto& r) {
              auto* hours = r.mutable_days(0)->add_hours();
              hours->set_from("16:59");
              hours->set_to("18:00");
            }),
            "INVALID_FIELDS days");
  for (const char* date : {"2026-02-29", "26-01-01", "2026-1-1", "1969-01-01", "2026/01/01"}) {
    EXPECT_EQ(Calendar([&](auto& r) { r.add_holidays()->set_date(date); }),
              "INVALID_FIELDS holidays");
  }
  EXPECT_EQ(Calendar([](auto&) {}), "OK");
  EXPECT_EQ(Calendar([](auto&) {}), "CALENDAR_EXISTS");
}

TEST_P(SlaRpcTest, APolicyThatCannotBeIsNamedByField) {
  EXPECT_EQ(Policy([](auto& r) { r.set_id(""); }), "INVALID_FIELDS id");
  EXPECT_EQ(Policy([](auto& r) { r.mutable_rules(0)->add_account_ids(""); }),
            "INVALID_FIELDS rules");
  EXPECT_EQ(Policy([](auto& r) { r.mutable_rules(0)->add_contact_tags(""); }),
            "INVALID_FIELDS rules");
  EXPECT_EQ(Policy([](auto& r) { r.mutable_rules(0)->add_queue_ids("No Slug"); }),
            "INVALID_FIELDS rules");
  EXPECT_EQ(
      Policy([](auto& r) { r.mutable_rules(0)->add_priorities(static_cast<v1::Priority>(9)); }),
      "INVALID_FIELDS rules");
  for (const double share : {-0.1, 1.0, 1.5}) {
    EXPECT_EQ(Policy([&](auto& r) { r.mutable_targets(0)->set_warn_share(share); }),
              "INVALID_FIELDS targets");
  }
  EXPECT_EQ(Policy([](auto& r) { r.mutable_targets(0)->set_duration_seconds(0); }),
            "INVALID_FIELDS targets");
  EXPECT_EQ(Policy([](auto& r) { r.mutable_targets(0)->set_calendar_id("nowhere"); }),
            "INVALID_FIELDS targets");
  EXPECT_EQ(Policy([](auto& r) { r.mutable_targets(0)->clear_kind(); }), "INVALID_FIELDS targets");
  EXPECT_EQ(Policy([](auto& r) { *r.add_targets() = r.targets(0); }), "INVALID_FIELDS targets");
  EXPECT_EQ(
      Policy([](auto& r) {
        r.mutable_targets(0)->mutable_pauses()->add_statuses(static_cast<v1::TicketStatus>(99));
      }),
      "INVALID_FIELDS targets");
  EXPECT_EQ(Policy([](auto&) {}), "OK");
  EXPECT_EQ(Policy([](auto&) {}), "POLICY_EXISTS");
}

TEST_P(SlaRpcTest, UnsetPausesAreThoseOfTheHouseAndEmptyOnesAreNone) {
  auto request = Gold("gold");
  auto* never = request.add_targets();
  never->set_kind(v1::SLA_TARGET_KIND_RESOLUTION);
  never->set_duration_seconds(60);
  never->mutable_pauses();
  const auto policy = Ask<v1::SlaPolicy>("SlaPolicies/CreateSlaPolicy", request);
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy->targets(0).pauses().statuses(0), v1::TICKET_STATUS_PENDING);
  EXPECT_EQ(policy->targets(1).pauses().statuses_size(), 0);
  EXPECT_EQ(policy->version(), 1);
}

TEST_P(SlaRpcTest, UpdatesNameTheirFieldsAndTheirVersion) {
  ASSERT_EQ(Calendar([](auto&) {}), "OK");
  v1::UpdateBusinessCalendarRequest update;
  update.set_id("office");
  update.set_request_id("u1");
  const auto ask = [&] {
    return Ask<v1::BusinessCalendar>("BusinessCalendars/UpdateBusinessCalendar", update);
  };
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS update_fields");
  update.add_update_fields("version");
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS update_fields");
  update.set_update_fields(0, "time_zone");
  update.set_time_zone("Nowhere");
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS time_zone");
  update.set_time_zone("Europe/Berlin");
  update.set_expected_version(2);
  EXPECT_EQ(Refusal(ask()), "STALE_VERSION");
  update.set_expected_version(1);
  const auto changed = ask();
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->time_zone(), "Europe/Berlin");
  EXPECT_EQ(changed->days(0).hours(0).to(), "17:00");
  v1::DeleteBusinessCalendarRequest remove;
  remove.set_id("office");
  remove.set_request_id("d1");
  remove.set_expected_version(-1);
  const auto gone = [&] {
    return Refusal(Ask<v1::BusinessCalendar>("BusinessCalendars/DeleteBusinessCalendar", remove));
  };
  EXPECT_EQ(gone(), "INVALID_FIELDS expected_version");
  ASSERT_EQ(Policy([](auto& r) { r.mutable_targets(0)->set_calendar_id("office"); }), "OK");
  remove.clear_expected_version();
  EXPECT_EQ(gone(), "CALENDAR_IN_USE");
}

TEST_P(SlaRpcTest, OnlyAdminsDeclareAndEveryoneReads) {
  const auto refused =
      agent_->Ask<v1::SlaPolicy>("muara.ticket.v1.SlaPolicies/CreateSlaPolicy", Gold("gold"));
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  ASSERT_EQ(Policy([](auto&) {}), "OK");
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  v1::ExplainSlaRequest request;
  request.set_ticket_id(id.value);
  const auto told =
      agent_->Ask<v1::ExplainSlaResponse>("muara.ticket.v1.SlaPolicies/ExplainSla", request);
  ASSERT_TRUE(told.ok());
  ASSERT_EQ(told->clocks_size(), 1);
  EXPECT_EQ(told->clocks(0).remaining_ms(), 3600000);
  EXPECT_EQ(told->clocks(0).clock().state(), v1::SLA_CLOCK_STATE_RUNNING);
  request.set_ticket_id("nowhere");
  EXPECT_EQ(Refusal(Ask<v1::ExplainSlaResponse>("SlaPolicies/ExplainSla", request)),
            "TICKET_NOT_FOUND");
  v1::ListSlaPoliciesRequest list;
  EXPECT_EQ(Ask<v1::ListSlaPoliciesResponse>("SlaPolicies/ListSlaPolicies", list)->policies_size(),
            1);
}

TEST_P(SlaRpcTest, APreviewIsLimitedAndChecked) {
  v1::PreviewSlaPolicyRequest request;
  const auto ask = [&] {
    return Ask<v1::PreviewSlaPolicyResponse>("SlaPolicies/PreviewSlaPolicy", request);
  };
  request.set_changes_max(201);
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS changes_max");
  request.set_changes_max(1);
  EXPECT_EQ(Refusal(ask()), "INVALID_FIELDS id targets");
  Take(Mail("ann@example.test"));
  Take(Mail("bob@example.test"));
  const auto gold = Gold("gold");
  request.mutable_policy()->set_id("gold");
  *request.mutable_policy()->mutable_rules() = gold.rules();
  *request.mutable_policy()->mutable_targets() = gold.targets();
  const auto tried = ask();
  ASSERT_TRUE(tried.ok());
  EXPECT_EQ(tried->clocks_changed(), 2);
  EXPECT_EQ(tried->changes_size(), 1);
  EXPECT_FALSE(tried->changes(0).has_old_due_time());
  EXPECT_EQ(
      Ask<v1::SlaProgress>("SlaPolicies/GetSlaProgress", v1::GetSlaProgressRequest())->tickets(),
      2);
}

MUARA_ON_BOTH_ENGINES(SlaRpcTest);

}  // namespace
}  // namespace muara::ticket
