#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "libs/base/crypto.h"
#include "libs/log/trace.h"
#include "libs/rpc/bytes.h"
#include "libs/rpc/client.h"
#include "libs/rpc/request.h"
#include "libs/rpc/server.h"
#include "libs/testing/eventually.h"
#include "muara/event/v1/event_log.pb.h"
#include "muara/ticket/v1/contacts.pb.h"

namespace muara::rpc {
namespace {

using event::v1::HeadRequest;
using event::v1::HeadResponse;
using event::v1::ReadRequest;
using event::v1::ReadResponse;
using event::v1::SubscribeRequest;
using event::v1::SubscribeResponse;

const TokenKeys kKeys({std::string(32, 'k')});

// A real server with an EventLog of its own.
class RpcTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ =
        std::make_unique<Server>(ServerOptions{.threads = 2, .waiting_max = 4}, kKeys, metrics_);
    server_->Unary<HeadRequest, HeadResponse>("muara.event.v1.EventLog/Head",
                                              [this](const Call& call, const HeadRequest&) {
                                                last_call_ = call;
                                                last_trace_ = trace::Current().trace_id;
                                                HeadResponse response;
                                                response.set_epoch("e1");
                                                return response;
                                              });
    server_->Unary<ReadRequest, ReadResponse>(
        "muara.event.v1.EventLog/Read",
        [this](const Call&, const ReadRequest& request) -> Result<ReadResponse> {
          if (request.part() == 1) return InvalidFields({{"part", "is unknown"}, {"from", "is 0"}});
          if (request.part() == 2) return MakeError(Code::kInternal, "BUG", "secret detail");
          while (request.part() == 3 && !released_) std::this_thread::yield();
          return ReadResponse();
        });
    server_->Unary<event::v1::ReportCheckpointsRequest, event::v1::ReportCheckpointsResponse>(
        "muara.event.v1.EventLog/ReportCheckpoints",
        [](const Call&, const auto&) { return event::v1::ReportCheckpointsResponse(); });
    server_->Stream<SubscribeRequest, SubscribeResponse>(
        "muara.event.v1.EventLog/Subscribe",
        [](const Call& call, const SubscribeRequest&, const auto& write) -> Status {
          write(SubscribeResponse());
          while (!call.is_cancelled()) std::this_thread::yield();
          return MakeError(Code::kUnavailable, "STREAM_ENDED", "");
        });
    ASSERT_TRUE(server_->Start().ok());
    client_ = NewClient({"services/probe", {Role::kService}});
  }

  std::unique_ptr<Client> NewClient(const Principal& principal) {
    return std::make_unique<Client>("127.0.0.1:" + std::to_string(server_->port()), kKeys,
                                    principal);
  }

  Error ReadError(int part, const CallOptions& options = {}) {
    ReadRequest request;
    request.set_part(part);
    const auto answer =
        client_->Ask<ReadResponse>("muara.event.v1.EventLog/Read", request, options);
    return answer.ok() ? Error{Code::kInternal, "NO_ERROR", ""} : answer.error();
  }

  metrics::Registry metrics_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
  Call last_call_;
  std::string last_trace_;
  std::atomic<bool> released_{false};
};

TEST_F(RpcTest, CarriesThePrincipalTheDeadlineAndTheTrace) {
  const trace::Scope scope(trace::NewTrace());
  const auto head = client_->Ask<HeadResponse>("muara.event.v1.EventLog/Head", HeadRequest());
  ASSERT_TRUE(head.ok()) << head.error().message;
  EXPECT_EQ(head->epoch(), "e1");
  EXPECT_EQ(last_call_.principal.subject, "services/probe");
  EXPECT_LT(last_call_.deadline, SystemClock().Now() + std::chrono::seconds(6));
  EXPECT_EQ(last_trace_, trace::Current().trace_id);
}

TEST_F(RpcTest, CarriesErrorsWithReasonAndEveryViolation) {
  const Error error = ReadError(1);
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.reason, "INVALID_FIELDS");
  ASSERT_EQ(error.violations.size(), 2u);
  EXPECT_EQ(error.violations[1].field, "from");
}

TEST_F(RpcTest, KeepsTheDetailOfABugToItself) {
  const Error error = ReadError(2);
  EXPECT_EQ(error.code, Code::kInternal);
  EXPECT_EQ(error.reason, "BUG");
  EXPECT_EQ(error.message, "internal error");
}

TEST_F(RpcTest, RefusesWhoDoesNotBelong) {
  EXPECT_EQ(ReadError(0, {.token = "mp1.x.y"}).reason, "BAD_TOKEN");
  const TokenKeys others({std::string(32, 'x')});
  const Principal service{"services/probe", {Role::kService}};
  const Time now = SystemClock().Now();
  EXPECT_EQ(ReadError(0, {.token = others.Sign(service, now, std::chrono::hours(1))}).reason,
            "BAD_TOKEN");
  EXPECT_EQ(ReadError(0, {.token = kKeys.Sign(service, now, std::chrono::hours(-1))}).reason,
            "EXPIRED_TOKEN");
  const Principal agent{"agents/1", {Role::kAgent}};
  const Error denied = ReadError(0, {.token = kKeys.Sign(agent, now, std::chrono::hours(1))});
  EXPECT_EQ(denied.code, Code::kPermissionDenied);
}

TEST_F(RpcTest, AnswersInTimeAndRefusesWhatItCannotQueue) {
  std::vector<std::thread> threads;
  std::atomic<int> late{0}, refused{0};
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      const Error error = ReadError(3, {.deadline_ms = 300});
      late += error.reason == "NO_ANSWER_IN_TIME" ? 1 : 0;
      refused += error.reason == "SERVER_BUSY" ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  released_ = true;
  EXPECT_EQ(late + refused, 12);
  EXPECT_GT(late, 0);
  EXPECT_GE(refused, 6);  // two run and four wait at most
}

TEST_F(RpcTest, APeerThatIsAwayIsUnavailableAndComesBack) {
  const int port = server_->port();
  server_->Drain(std::chrono::milliseconds(100));
  EXPECT_EQ(ReadError(0).reason, "PEER_UNAVAILABLE");
  Server again({.address = "127.0.0.1:" + std::to_string(port)}, kKeys, metrics_);
  ASSERT_TRUE(again.Start().ok());
  EXPECT_TRUE(testing::Eventually([&] { return ReadError(0).code == Code::kUnimplemented; }));
}

TEST_F(RpcTest, AStreamEndsByItselfWhenTheServerDrains) {
  grpc::GenericStub stub(grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                             grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  const Principal self{"services/probe", {Role::kService}};
  context.AddMetadata("authorization",
                      "Bearer " + kKeys.Sign(self, SystemClock().Now(), std::chrono::hours(1)));
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto call = stub.PrepareCall(&context, "/muara.event.v1.EventLog/Subscribe", &queue);
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  call->WriteLast(ToBytes(SubscribeRequest()), {}, nullptr);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer first;
  call->Read(&first, nullptr);
  queue.Next(&tag, &ok);
  ASSERT_TRUE(ok);
  server_->Drain(std::chrono::seconds(20));
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  // Not CANCELLED, which is what the end of the drain would make of it.
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
}

TEST_F(RpcTest, CountsCallsByMethodAndCode) {
  ReadError(1);
  EXPECT_THAT(metrics_.Text(), ::testing::HasSubstr("code=\"INVALID_ARGUMENT\""));
}

TEST(Request, KeysNameTheRequestAndItsContent) {
  ticket::v1::UpdateContactRequest request;
  EXPECT_EQ(KeyOf(request).error().violations[0].field, "request_id");
  request.set_request_id("r1");
  request.set_display_name("a");
  const OperationKey first = *KeyOf(request);
  request.set_request_id("r2");
  EXPECT_EQ(KeyOf(request)->fingerprint, first.fingerprint);
  EXPECT_NE(KeyOf(request)->key, first.key);
  request.set_display_name("b");
  EXPECT_NE(KeyOf(request)->fingerprint, first.fingerprint);
  request.set_request_id(std::string(129, 'x'));
  EXPECT_FALSE(KeyOf(request).ok());
}

TEST(Request, PageTokensAreBoundToTheirFilters) {
  ticket::v1::ListContactsRequest request;
  request.set_point("a@example.test");
  EXPECT_EQ(PageOf(request)->size, 50);
  request.set_page_size(1000);
  EXPECT_EQ(PageOf(request)->size, 200);
  request.set_page_token(NextPageToken(request, {"17", "abc"}));
  EXPECT_EQ(PageOf(request)->after, (std::vector<std::string>{"17", "abc"}));
  const std::vector<std::string> odd = {"two\nlines", "", "back\\slash\\n"};
  request.set_page_token(NextPageToken(request, odd));
  EXPECT_EQ(PageOf(request)->after, odd);
  request.set_point("b@example.test");
  EXPECT_EQ(PageOf(request).error().reason, "BAD_PAGE_TOKEN");
  request.set_page_token("%%%");
  EXPECT_EQ(PageOf(request).error().reason, "BAD_PAGE_TOKEN");
  request.set_page_size(-1);
  EXPECT_FALSE(PageOf(request).ok());
}

TEST(Access, IsDecidedByTheMethodItself) {
  EXPECT_TRUE(IsAllowed("muara.ticket.v1.Tickets/CloseTicket", {Role::kSupervisor}));
  EXPECT_FALSE(IsAllowed("muara.ticket.v1.Tickets/CloseTicket", {Role::kAgent}));
  EXPECT_FALSE(IsAllowed("muara.ticket.v1.Tickets/Nothing", {Role::kAdmin}));
  EXPECT_TRUE(IsPublic("muara.feedback.v1.Surveys/AnswerSurvey"));
  EXPECT_FALSE(IsPublic("muara.ticket.v1.Tickets/GetTicket"));
  EXPECT_EQ(SecondsMaxOf("muara.ticket.v1.Tickets/GetTicket"), 0);
  EXPECT_EQ(SecondsMaxOf("muara.routing.v1.Simulations/SimulateRouting"), 60);
  EXPECT_EQ(RoleFromName(RoleName(Role::kAuditor)), Role::kAuditor);
  EXPECT_FALSE(RoleFromName("root").has_value());
}

}  // namespace
}  // namespace muara::rpc
