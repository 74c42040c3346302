#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <tuple>

#include "libs/http/ops.h"
#include "libs/http/problem.h"
#include "libs/http/server.h"
#include "libs/testing/http_client.h"

namespace muara::http {
namespace {

Response Echo(const Request& request) {
  return TextResponse(200, request.method + " " + request.path + " " + request.body);
}

class HttpServer : public ::testing::Test {
 protected:
  void Start(Options options) {
    server_ = std::make_unique<Server>(std::move(options));
    server_->Handle("GET", "/echo", Echo);
    server_->Handle("POST", "/echo", Echo);
    server_->Handle("GET", "/wait", [this](const Request&) {
      entered_.set_value();
      go_on_.wait();
      return TextResponse(200, "waited");
    });
    ASSERT_TRUE(server_->Start().ok());
  }

  std::promise<void> entered_;
  std::promise<void> release_;
  std::shared_future<void> go_on_ = release_.get_future().share();
  std::unique_ptr<Server> server_;
};

TEST_F(HttpServer, AnswersManyRequestsOnOneConnection) {
  Start({});
  testing::HttpClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    const testing::HttpAnswer answer = client.Call("POST", "/echo", "body");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /echo body");
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  }
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrderAndRefusesTheGarbageAfterThem) {
  Start({});
  testing::HttpClient client(server_->port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nA"
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nB"
      "\x01\x02 garbage\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer().body, "POST /echo A");
  EXPECT_EQ(client.ReadAnswer().body, "POST /echo B");
  const testing::HttpAnswer refused = client.ReadAnswer();
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.headers.at("connection"), "close");
}

TEST_F(HttpServer, RefusesWhatIsMalformed) {
  Start({});
  for (const char* text : {
           "GET /echo HTTP/1.1\r\n\r\n",                       // no Host
           "GET echo HTTP/1.1\r\nHost: t\r\n\r\n",             // no path
           "GET /echo?a=%zz HTTP/1.1\r\nHost: t\r\n\r\n",      // no such byte
           "GET /echo HTTP/9.9\r\nHost: t\r\n\r\n",            // no such version
           "GET /echo HTTP/1.1\r\nHost: t\r\nA b: c\r\n\r\n",  // no such name
           "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",  // smuggling
           "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
           "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\nabc",
           "GET /echo HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n",
       }) {
    testing::HttpClient client(server_->port());
    client.Send(text);
    const testing::HttpAnswer refused = client.ReadAnswer();
    EXPECT_EQ(refused.status, 400) << text;
    EXPECT_EQ(refused.headers.at("connection"), "close") << text;
  }
}

TEST_F(HttpServer, RefusesBodiesAndHeadersBeyondTheirLimits) {
  Options options;
  options.body_size_max = 10;
  options.header_size_max = 1000;
  Start(options);
  testing::HttpClient long_body(server_->port());
  EXPECT_EQ(long_body.Call("POST", "/echo", "12345678901").status, 413);
  testing::HttpClient chunked(server_->port());
  chunked.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "b\r\n12345678901\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.ReadAnswer().status, 413);
  testing::HttpClient long_head(server_->port());
  const std::string big = "X-Big: " + std::string(2000, 'x') + "\r\n";
  EXPECT_EQ(long_head.Call("GET", "/echo", "", big).status, 431);
}

TEST_F(HttpServer, TakesLargeBodiesOnOnePathOnlyAndAFewAtOnce) {
  Options options;
  options.body_size_max = 10;
  options.large_bodies = LargeBodies{"POST", "/echo", 100, 1};
  Start(options);
  const std::string body(100, 'x');
  const std::string chunked = "\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunks = "64\r\n" + body + "\r\n0\r\n\r\n";
  testing::HttpClient client(server_->port());
  EXPECT_EQ(client.Call("POST", "/echo?a=b", body).body, "POST /echo " + body);
  client.Send("POST /echo HTTP/1.1" + chunked + chunks);
  EXPECT_EQ(client.ReadAnswer().body, "POST /echo " + body);
  for (const auto& [method, path, size] :
       {std::tuple("POST", "/echo", 101), {"POST", "/echo/x", 11}, {"PUT", "/echo", 11}}) {
    testing::HttpClient other(server_->port());
    EXPECT_EQ(other.Call(method, path, std::string(size, 'x')).status, 413) << path << size;
  }
  testing::HttpClient elsewhere(server_->port());
  elsewhere.Send("POST /elsewhere HTTP/1.1" + chunked + chunks);
  EXPECT_EQ(elsewhere.ReadAnswer().status, 413);
  // One is under way: another waits its turn, small ones do not.
  testing::HttpClient slow(server_->port());
  slow.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  EXPECT_EQ(slow.ReadHead().status, 100);
  testing::HttpClient second(server_->port());
  EXPECT_EQ(second.Call("POST", "/echo", body).status, 503);
  EXPECT_EQ(client.Call("POST", "/echo", "small").status, 200);
  slow.Send(body);
  EXPECT_EQ(slow.ReadAnswer().status, 200);
  EXPECT_EQ(client.Call("POST", "/echo", body).status, 200);
}

TEST_F(HttpServer, TellsAClientThatExpectsItToGoOn) {
  Start({});
  testing::HttpClient client(server_->port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadHead().status, 100);
  client.Send("ok");
  EXPECT_EQ(client.ReadAnswer().body, "POST /echo ok");
}

TEST_F(HttpServer, TellsAMissingPathFromAWrongMethod) {
  Start({});
  testing::HttpClient client(server_->port());
  EXPECT_EQ(client.Call("GET", "/none").status, 404);
  const testing::HttpAnswer answer = client.Call("PUT", "/echo");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD, POST");
  EXPECT_NE(answer.body.find("METHOD_NOT_ALLOWED"), std::string::npos);
}

TEST_F(HttpServer, AnswersHeadWithoutABody) {
  Start({});
  testing::HttpClient client(server_->port());
  EXPECT_EQ(client.Call("HEAD", "/echo").headers.at("content-length"), "11");
  EXPECT_EQ(client.Call("GET", "/echo").body, "GET /echo ");
}

TEST_F(HttpServer, ClosesASlowRequestAndAnIdleConnection) {
  Options options;
  options.idle_timeout_ms = 50;
  options.request_timeout_ms = 50;
  Start(options);
  testing::HttpClient slow(server_->port());
  slow.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Le");
  EXPECT_TRUE(slow.ReadToEnd());
  testing::HttpClient idle(server_->port());
  EXPECT_TRUE(idle.ReadToEnd());
}

TEST_F(HttpServer, SaysWhenItIsTooBusy) {
  Options options;
  options.worker_threads = 1;
  options.queue_max = 0;
  server_ = std::make_unique<Server>(options);
  server_->Handle("GET", "/echo", Echo);
  ASSERT_TRUE(server_->Start().ok());
  testing::HttpClient client(server_->port());
  const testing::HttpAnswer answer = client.Call("GET", "/echo");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
}

TEST_F(HttpServer, TakesNoMoreConnectionsThanItsLimit) {
  Options options;
  options.connections_max = 1;
  Start(options);
  testing::HttpClient first(server_->port());
  EXPECT_EQ(first.Call("GET", "/echo").status, 200);
  testing::HttpClient second(server_->port());
  EXPECT_EQ(second.ReadAnswer().status, 503);
  EXPECT_EQ(first.Call("GET", "/echo").status, 200);
}

TEST_F(HttpServer, FinishesWhatIsInFlightWhenItStops) {
  Start({});
  testing::HttpClient busy(server_->port());
  testing::HttpClient idle(server_->port());
  EXPECT_EQ(idle.Call("GET", "/echo").status, 200);
  busy.Send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  entered_.get_future().wait();
  std::thread stopper([&] { server_->Stop(); });
  EXPECT_TRUE(idle.ReadToEnd());  // the drain has begun
  release_.set_value();
  const testing::HttpAnswer answer = busy.ReadAnswer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(busy.ReadToEnd());
  busy.Close();
  stopper.join();
}

TEST_F(HttpServer, SaysWhyItCannotListen) {
  Start({});
  Options taken;
  taken.port = server_->port();
  Server second(taken);
  EXPECT_EQ(second.Start().error().reason, "CANNOT_LISTEN");
  Options nowhere;
  nowhere.address = "not an address";
  EXPECT_EQ(Server(nowhere).Start().error().reason, "CANNOT_LISTEN");
}

TEST_F(HttpServer, ReportsEachAnswer) {
  std::promise<int> seen;
  Options options;
  options.observe = [&](const Request&, int status, int64_t) { seen.set_value(status); };
  Start(options);
  testing::HttpClient client(server_->port());
  client.Call("GET", "/echo");
  EXPECT_EQ(seen.get_future().get(), 200);
}

TEST(OpsServer, TellsLifeReadinessAndMetrics) {
  std::atomic<bool> ready = false;
  OpsServer ops(
      {},
      [&] {
        return ready ? Ok() : Status(MakeError(Code::kInternal, "NO_DATABASE", "it is away"));
      },
      [] { return std::string("muara_up 1\n"); });
  ASSERT_TRUE(ops.Start().ok());
  testing::HttpClient client(ops.port());
  EXPECT_EQ(client.Call("GET", "/livez").status, 200);
  const testing::HttpAnswer away = client.Call("GET", "/readyz");
  EXPECT_EQ(away.status, 503);
  EXPECT_NE(away.body.find("NO_DATABASE"), std::string::npos);
  ready = true;
  EXPECT_EQ(client.Call("GET", "/readyz").status, 200);
  EXPECT_EQ(client.Call("GET", "/metrics").body, "muara_up 1\n");
  EXPECT_EQ(client.Call("GET", "/other").status, 404);
  ops.Stop();
}

}  // namespace
}  // namespace muara::http
