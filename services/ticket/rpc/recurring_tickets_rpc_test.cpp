// What callers are told about recurring tickets, over a real connection.
#include <sstream>

#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/recurring_tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class RecurringTicketsRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    recurring_ = std::make_unique<RecurringTickets>(*database_, *journal_, clock_);
    ServeRecurringTickets(wire_.server(), *recurring_);
    wire_.Start();
    lead_ = wire_.As("agents/8", rpc::Role::kSupervisor);
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    contact_ = Take(Mail("a@x.test")).contact_id;
  }
  template <class Response, class Request>
  Result<Response> Ask(rpc::Client& client, const std::string& method, const Request& request) {
    return client.Ask<Response>("muara.ticket.v1.RecurringTickets/" + method, request);
  }
  v1::PutRecurringTicketRequest Daily(const std::string& id) {
    v1::PutRecurringTicketRequest request;
    request.set_id(id);
    request.set_request_id("put " + id);
    v1::RecurringTicket& one = *request.mutable_recurring_ticket();
    one.set_unit(v1::RECURRENCE_UNIT_DAY);
    one.set_every(1);
    one.set_time_of_day("09:30");
    one.set_time_zone("Asia/Jakarta");
    one.set_start_date("2026-03-01");
    one.set_contact_id(contact_.value);
    one.set_subject("Look at the backup");
    one.set_queue_id("it");
    return request;
  }
  Result<v1::RecurringTicket> Put(const v1::PutRecurringTicketRequest& request) {
    return Ask<v1::RecurringTicket>(*lead_, "PutRecurringTicket", request);
  }

  // The id is the request's own, all else the nested one's.
  static std::string Bad(const std::string& fields) {
    std::string refusal = "INVALID_FIELDS";
    std::istringstream words(fields);
    for (std::string field; words >> field;) {
      refusal += field == "id" ? " id" : " recurring_ticket." + field;
    }
    return refusal;
  }

  std::unique_ptr<RecurringTickets> recurring_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> lead_;
  std::unique_ptr<rpc::Client> agent_;
  ContactId contact_;
};

TEST_P(RecurringTicketsRpcTest, BadOnesAreNamedByField) {
  const auto put = [&](auto fill) {
    auto request = Daily("backup");
    fill(request, *request.mutable_recurring_ticket());
    return Refusal(Put(request));
  };
  EXPECT_EQ(put([](auto& r, auto&) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(put([](auto& r, auto&) { r.set_expected_version(-1); }),
            "INVALID_FIELDS expected_version");
  EXPECT_EQ(put([](auto& r, auto&) { r.clear_recurring_ticket(); }),
            Bad("unit time_of_day start_date contact_id subject queue_id every time_zone"));
  EXPECT_EQ(put([](auto&, auto& one) {
              one.set_unit(static_cast<v1::RecurrenceUnit>(99));
              one.set_time_of_day("25:00");
              one.set_start_date("2026-02-29");
              one.set_end_date("never");
              one.set_every(0);
            }),
            Bad("unit time_of_day start_date end_date every"));
  EXPECT_EQ(put([](auto& r, auto& one) {
              r.set_id("No slug");
              one.clear_contact_id();
              one.clear_subject();
              one.set_queue_id("");
              one.set_type("No slug");
              one.set_priority(static_cast<v1::Priority>(99));
              one.add_tags("");
              one.set_every(366);
              one.set_time_zone("Mars/Olympus");
              one.set_end_date("2026-02-28");
              one.add_weekdays(1);
              one.set_month_day(1);
            }),
            Bad("id contact_id subject queue_id type priority tags every time_zone end_date "
                "weekdays month_day"));
  EXPECT_EQ(put([](auto&, auto& one) { one.set_contact_id("nobody"); }), "CONTACT_NOT_FOUND");
  EXPECT_EQ(put([](auto& r, auto&) { r.set_expected_version(3); }), "STALE_VERSION");
  EXPECT_EQ(put([](auto&, auto&) {}), "OK");
}

TEST_P(RecurringTicketsRpcTest, SupervisorsPutThemAndAgentsRead) {
  const auto request = Daily("backup");
  EXPECT_EQ(Refusal(Ask<v1::RecurringTicket>(*agent_, "PutRecurringTicket", request)),
            "NOT_ALLOWED");
  const auto put = Put(request);
  ASSERT_EQ(Refusal(put), "OK");
  EXPECT_EQ(put->version(), 1);
  EXPECT_TRUE(put->has_next_time());
  v1::GetRecurringTicketRequest get;
  get.set_id("backup");
  EXPECT_EQ(Ask<v1::RecurringTicket>(*agent_, "GetRecurringTicket", get)->time_of_day(), "09:30");
  v1::DeleteRecurringTicketRequest gone;
  gone.set_id("backup");
  gone.set_request_id("d1");
  const auto remove = [&](rpc::Client& client) {
    return Refusal(Ask<v1::DeleteRecurringTicketResponse>(client, "DeleteRecurringTicket", gone));
  };
  EXPECT_EQ(remove(*agent_), "NOT_ALLOWED");
  gone.set_expected_version(2);
  EXPECT_EQ(remove(*lead_), "STALE_VERSION");
  gone.set_expected_version(1);
  EXPECT_EQ(remove(*lead_), "OK");
  EXPECT_EQ(remove(*lead_), "OK") << "a retry";
  EXPECT_EQ(Refusal(Ask<v1::RecurringTicket>(*agent_, "GetRecurringTicket", get)),
            "RECURRING_TICKET_NOT_FOUND");
  gone.set_request_id("d2");
  EXPECT_EQ(remove(*lead_), "RECURRING_TICKET_NOT_FOUND");
}

TEST_P(RecurringTicketsRpcTest, TheyAreListedInPages) {
  for (const char* id : {"a", "b", "c"}) ASSERT_EQ(Refusal(Put(Daily(id))), "OK");
  v1::ListRecurringTicketsRequest request;
  request.set_page_size(2);
  const auto list = [&] {
    return Ask<v1::ListRecurringTicketsResponse>(*agent_, "ListRecurringTickets", request);
  };
  const auto first = list();
  ASSERT_EQ(Refusal(first), "OK");
  EXPECT_EQ(first->recurring_tickets_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = list();
  ASSERT_EQ(Refusal(second), "OK");
  ASSERT_EQ(second->recurring_tickets_size(), 1);
  EXPECT_EQ(second->recurring_tickets(0).id(), "c");
  EXPECT_EQ(second->next_page_token(), "");
  request.set_page_token("%%%");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
}

MUARA_ON_BOTH_ENGINES(RecurringTicketsRpcTest);

}  // namespace
}  // namespace muara::ticket
