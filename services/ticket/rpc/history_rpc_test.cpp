// The timeline, the past and the readers, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "libs/rpc/timestamp.h"
#include "muara/access/v1/reads.pb.h"
#include "muara/ticket/v1/history.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class HistoryRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    history_ = std::make_unique<History>(*database_, *log_);
    audit_ = std::make_unique<ReadAudit>(*database_, clock_);
    ServeTickets(wire_.server(), *tickets_, *search_);
    ServeHistory(wire_.server(), *history_, *audit_);
    wire_.Start();
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    auditor_ = wire_.As("agents/9", rpc::Role::kAuditor);
    service_ = wire_.As("services/routing", rpc::Role::kService);
    id_ = Take(Mail("sari@x.test", "secret words")).ticket_id;
  }
  template <class Response, class Request>
  Result<Response> Ask(rpc::Client& client, const std::string& method, const Request& request) {
    return client.Ask<Response>("muara.ticket.v1." + method, request);
  }
  Result<v1::ListTicketHistoryResponse> List(const TicketId& id,
                                             std::optional<Time> until = std::nullopt, int size = 0,
                                             const std::string& token = "") {
    v1::ListTicketHistoryRequest request;
    request.set_id(id.value);
    if (until) rpc::SetTimestamp(request.mutable_until_time(), *until);
    request.set_page_size(size);
    request.set_page_token(token);
    return Ask<v1::ListTicketHistoryResponse>(*agent_, "History/ListTicketHistory", request);
  }
  // "TicketAssigned(status NEW>OPEN, assignee_agent_id >7)"
  static std::string Line(const v1::HistoryEntry& entry) {
    std::string line;
    for (const auto& one : entry.changes()) {
      line += (line.empty() ? "" : ", ") + one.field() + " " + one.before() + ">" + one.after();
    }
    return entry.type().substr(entry.type().rfind('.') + 1) + "(" + line + ")";
  }
  Result<v1::TicketAt> At(const TicketId& id, Time time) {
    v1::GetTicketAtRequest request;
    request.set_id(id.value);
    rpc::SetTimestamp(request.mutable_time(), time);
    return Ask<v1::TicketAt>(*agent_, "History/GetTicketAt", request);
  }
  // "agents/7 ListInteractions <id>", newest first.
  std::vector<std::string> Reads(const std::string& reader = "") {
    v1::ListReadsRequest request;
    request.set_reader(reader);
    const auto listed = Ask<v1::ListReadsResponse>(*auditor_, "History/ListReads", request);
    EXPECT_TRUE(listed.ok());
    std::vector<std::string> reads;
    for (const auto& one : listed->reads()) {
      reads.push_back(one.reader() + " " + one.method().substr(one.method().rfind('/') + 1) + " " +
                      one.resource());
    }
    return reads;
  }
  void Read(rpc::Client& client) {
    v1::ListInteractionsRequest request;
    request.set_ticket_id(id_.value);
    ASSERT_EQ(
        Refusal(Ask<v1::ListInteractionsResponse>(client, "Tickets/ListInteractions", request)),
        "OK");
  }

  rpc::Wire wire_;
  std::unique_ptr<History> history_;
  std::unique_ptr<ReadAudit> audit_;
  std::unique_ptr<rpc::Client> agent_;
  std::unique_ptr<rpc::Client> auditor_;
  std::unique_ptr<rpc::Client> service_;
  TicketId id_;
};

TEST_P(HistoryRpcTest, TellsWhoChangedWhatAndWhy) {
  ASSERT_TRUE(tickets_->Assign(Of(id_), "7", "Seven").ok());
  Change change = Of(id_);
  change.why = "a bigger customer";
  Update update;
  update.priority = Priority::kUrgent;
  update.add_tags = {"vip"};
  ASSERT_TRUE(tickets_->Set(change, update).ok());
  const auto listed = List(id_);
  ASSERT_EQ(Refusal(listed), "OK");
  ASSERT_EQ(listed->entries_size(), 3);
  EXPECT_EQ(listed->entries(0).interaction_sequence(), 1);
  EXPECT_EQ(Line(listed->entries(1)),
            "TicketAssigned(status TICKET_STATUS_NEW>TICKET_STATUS_OPEN, assignee_agent_id >7)");
  EXPECT_EQ(Line(listed->entries(2)),
            "TicketChanged(priority PRIORITY_NORMAL>PRIORITY_URGENT, tags >vip)");
  EXPECT_EQ(listed->entries(2).cause().actor(), "agents/7");
  EXPECT_EQ(listed->entries(2).cause().note(), "a bigger customer");
  EXPECT_EQ(listed->entries(2).version(), 3);
}

TEST_P(HistoryRpcTest, APageGoesOnWhereTheLastEnded) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE((i % 2 == 0 ? tickets_->Flag(Of(id_), {""}) : tickets_->Unflag(Of(id_))).ok());
  }
  std::string token;
  std::string lines;
  do {
    const auto page = List(id_, std::nullopt, 2, token);
    ASSERT_EQ(Refusal(page), "OK");
    for (const auto& one : page->entries()) {
      if (one.number() > 1) lines += Line(one) + "\n";
    }
    token = page->next_page_token();
  } while (!token.empty());
  std::string expected;
  for (int i = 0; i < 3; ++i) {
    expected += "TicketChanged(flagged >true)\nTicketChanged(flagged true>)\n";
  }
  EXPECT_EQ(lines, expected) << "each with what it changed, over the seams of pages too";
}

TEST_P(HistoryRpcTest, LongFactsMakeShortPagesAndNoneIsLost) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(tickets_->Note(Of(id_), std::string(9 << 20, 'x')).ok());
  }
  int entries = 0;
  std::string token;
  do {
    const auto page = List(id_, std::nullopt, 50, token);
    ASSERT_EQ(Refusal(page), "OK");
    entries += page->entries_size();
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(entries, 4);
}

TEST_P(HistoryRpcTest, ThePastIsWhatItWas) {
  const Time opened = clock_.Now();
  clock_.Advance(std::chrono::minutes(1));
  ASSERT_TRUE(tickets_->Assign(Of(id_), "7", "Seven").ok());
  const auto then = At(id_, opened);
  ASSERT_EQ(Refusal(then), "OK");
  EXPECT_EQ(then->ticket().status(), v1::TICKET_STATUS_NEW);
  EXPECT_EQ(then->ticket().assignee_agent_id(), "");
  EXPECT_EQ(At(id_, clock_.Now())->ticket().assignee_agent_id(), "7");
  EXPECT_EQ(List(id_, opened)->entries_size(), 1);
  EXPECT_EQ(Refusal(At(id_, opened - Duration(1))), "TICKET_NOT_FOUND");
  EXPECT_EQ(Refusal(List({"nowhere"})), "TICKET_NOT_FOUND");
  v1::GetTicketAtRequest timeless;
  timeless.set_id(id_.value);
  EXPECT_EQ(Refusal(Ask<v1::TicketAt>(*agent_, "History/GetTicketAt", timeless)),
            "INVALID_FIELDS time");
}

TEST_P(HistoryRpcTest, KeepsWhoReadWordsBeforeShowingThem) {
  Read(*agent_);
  Read(*agent_);
  Read(*service_);
  const std::string of_ticket = " ListInteractions " + id_.value;
  EXPECT_EQ(Reads(), (std::vector<std::string>{"agents/7" + of_ticket}));
  Read(*auditor_);
  clock_.Advance(std::chrono::minutes(6));
  Read(*agent_);
  EXPECT_EQ(Reads("agents/7").size(), 2u) << "again after five minutes";
  EXPECT_EQ(Reads("agents/9"), (std::vector<std::string>{"agents/9" + of_ticket}));
  v1::ListReadsRequest request;
  EXPECT_EQ(Refusal(Ask<v1::ListReadsResponse>(*agent_, "History/ListReads", request)),
            "NOT_ALLOWED");
}

TEST_P(HistoryRpcTest, KeepsWhoWatchesEventsAndWhoReadsTicketsAndLists) {
  const auto watch = [&](rpc::Client& client) {
    return Refusal(
        Ask<v1::WatchEventsResponse>(client, "History/WatchEvents", v1::WatchEventsRequest()));
  };
  EXPECT_EQ(watch(*agent_), "OK");
  EXPECT_EQ(Reads(), (std::vector<std::string>{"agents/7 WatchEvents "}));
  EXPECT_EQ(watch(*service_), "NOT_ALLOWED") << "only in somebody's name";
  clock_.Advance(std::chrono::seconds(1));
  v1::GetTicketRequest get;
  get.set_id(id_.value);
  ASSERT_EQ(Refusal(Ask<v1::Ticket>(*agent_, "Tickets/GetTicket", get)), "OK");
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_EQ(Refusal(Ask<v1::ListTicketsResponse>(*agent_, "Tickets/ListTickets",
                                                 v1::ListTicketsRequest())),
            "OK");
  EXPECT_EQ(Reads().size(), 3u);
  EXPECT_EQ(Reads()[1], "agents/7 GetTicket " + id_.value);
}

TEST_P(HistoryRpcTest, KeepsWhatOtherServicesShow) {
  const auto note = [&](rpc::Client& client, const std::string& reader, const std::string& id) {
    access::v1::NoteReadRequest request;
    request.set_reader(reader);
    request.set_method("muara.feedback.v1.Surveys/GetSurvey");
    request.set_resource(id);
    return Refusal(
        client.Ask<access::v1::NoteReadResponse>("muara.access.v1.Reads/NoteRead", request));
  };
  EXPECT_EQ(note(*service_, "agents/7", id_.value), "OK");
  EXPECT_EQ(Reads(), (std::vector<std::string>{"agents/7 GetSurvey " + id_.value}));
  EXPECT_EQ(note(*service_, "", "sari@x.test"), "INVALID_FIELDS reader resource");
  EXPECT_EQ(note(*agent_, "agents/8", id_.value), "NOT_ALLOWED") << "nobody notes for others";
  EXPECT_EQ(Reads().size(), 1u);
}

TEST_P(HistoryRpcTest, WhatCannotBeKeptIsNotShown) {
  ASSERT_TRUE(
      database_->Transact([](sql::Tx& tx) { return tx.Execute("DROP TABLE read_audit"); }).ok());
  v1::ListInteractionsRequest request;
  request.set_ticket_id(id_.value);
  EXPECT_NE(
      Refusal(Ask<v1::ListInteractionsResponse>(*agent_, "Tickets/ListInteractions", request)),
      "OK");
}

TEST_P(HistoryRpcTest, RecordsGoAfterFourHundredDays) {
  Read(*agent_);
  clock_.Advance(std::chrono::hours(24 * 401));
  Read(*auditor_);
  EXPECT_EQ(Reads().size(), 1u);
}

MUARA_ON_BOTH_ENGINES(HistoryRpcTest);

}  // namespace
}  // namespace muara::ticket
