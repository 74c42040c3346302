#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "libs/http/problem.h"
#include "libs/http/server.h"
#include "libs/testing/http_client.h"

namespace muara::http {
namespace {

constexpr auto kLimit = std::chrono::seconds(5);

// Serves one event stream and one socket that echoes, and keeps what they were given.
class Streams : public ::testing::Test {
 protected:
  void Start(Options options) {
    server_ = std::make_unique<Server>(std::move(options));
    server_->HandleEvents("/events",
                          [this](const Request& request,
                                 std::shared_ptr<EventStream> stream) -> std::optional<Response> {
                            if (request.Query("deny") == "1")
                              return ProblemResponse(403, "NO", "no");
                            stream->OnClose([this] { gone_.set_value(); });
                            stream->Send("id: 1\ndata: hello\n\n");
                            stream_.set_value(stream);
                            return std::nullopt;
                          });
    server_->HandleWebSocket("/socket", SameOrigin, [this](const Request&) { return Events(); });
    ASSERT_TRUE(server_->Start().ok());
  }

  WebSocketEvents Events() {
    WebSocketEvents events;
    events.on_open = [this](const std::shared_ptr<WebSocket>& socket) {
      socket->Send("welcome");
      socket_.set_value(socket);
    };
    events.on_text = [](const std::shared_ptr<WebSocket>& socket, const std::string& text) {
      if (text == "bye") return socket->Close(4001, "as you wish");
      socket->Send(text);
    };
    events.on_close = [this](const std::shared_ptr<WebSocket>&, uint16_t code) {
      close_code_.set_value(code);
    };
    return events;
  }

  int CloseCode() {
    auto future = close_code_.get_future();
    return future.wait_for(kLimit) == std::future_status::ready ? future.get() : -1;
  }

  std::promise<std::shared_ptr<EventStream>> stream_;
  std::promise<void> gone_;
  std::promise<std::shared_ptr<WebSocket>> socket_;
  std::promise<uint16_t> close_code_;
  std::unique_ptr<Server> server_;
};

TEST_F(Streams, AnEventStreamSendsAndBeats) {
  Options options;
  options.stream_heartbeat_ms = 20;
  Start(options);
  testing::HttpClient client(server_->port());
  client.Send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
  const testing::HttpAnswer head = client.ReadHead();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(client.ReadUntil("\n\n"), "id: 1\ndata: hello\n\n");
  EXPECT_EQ(client.ReadUntil("\n\n"), ":\n\n");
  stream_.get_future().get()->Send("data: more\n\n");
  EXPECT_NE(client.ReadUntil("data: more\n\n").find("more"), std::string::npos);
}

TEST_F(Streams, AnEventHandlerMayRefuse) {
  Start({});
  testing::HttpClient client(server_->port());
  EXPECT_EQ(client.Call("GET", "/events?deny=1").status, 403);
}

TEST_F(Streams, AnEventStreamNoticesThatItsReaderLeft) {
  Start({});
  {
    testing::HttpClient client(server_->port());
    client.Send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
    client.ReadUntil("hello\n\n");
  }
  EXPECT_EQ(gone_.get_future().wait_for(kLimit), std::future_status::ready);
  EXPECT_FALSE(stream_.get_future().get()->Send("x"));
}

TEST_F(Streams, AReaderThatDoesNotReadIsClosed) {
  Options options;
  options.stream_pending_bytes_max = 100'000;
  Start(options);
  testing::HttpClient client(server_->port(), 4096);
  client.Send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto stream = stream_.get_future().get();
  const std::string chunk = "data: " + std::string(10'000, 'x') + "\n\n";
  int sent = 0;
  while (sent < 100'000 && stream->Send(chunk)) ++sent;
  EXPECT_LT(sent, 100'000);
  EXPECT_TRUE(stream->closed());
  EXPECT_EQ(gone_.get_future().wait_for(kLimit), std::future_status::ready);
}

TEST_F(Streams, StoppingSendsWhatWasSaidAndEndsTheStream) {
  Start({});
  testing::HttpClient client(server_->port());
  client.Send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto stream = stream_.get_future().get();
  stream->Send("data: last\n\n");
  server_->Stop();
  EXPECT_NE(client.ReadUntil("data: last\n\n").find("last"), std::string::npos);
  EXPECT_TRUE(client.ReadToEnd());
  EXPECT_FALSE(stream->Send("data: late\n\n"));
  server_.reset();
  EXPECT_FALSE(stream->Send("data: later\n\n"));
}

TEST_F(Streams, AWebSocketOpensEchoesAndCloses) {
  Start({});
  testing::HttpClient client(server_->port());
  const testing::HttpAnswer answer = client.Upgrade("/socket");
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(client.ReadFrame().payload, "welcome");
  for (int i = 0; i < 100; ++i) client.SendFrame(1, "message " + std::to_string(i));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.ReadFrame().payload, "message " + std::to_string(i));
  }
  client.SendFrame(9, "are you there");
  EXPECT_EQ(client.ReadFrame().opcode, 10);
  client.SendFrame(1, "bye");
  EXPECT_EQ(client.ReadFrame().close_code(), 4001);
  client.SendFrame(8, "\x0f\xa1");
  client.Close();
  EXPECT_EQ(CloseCode(), 4001);
}

TEST_F(Streams, AWebSocketTellsThePeersCloseCodeAndItsLoss) {
  Start({});
  {
    testing::HttpClient client(server_->port());
    client.Upgrade("/socket");
    client.ReadFrame();
    client.SendFrame(8, std::string("\x03\xe8", 2));
    EXPECT_EQ(client.ReadFrame().close_code(), 1000);
  }
  EXPECT_EQ(CloseCode(), 1000);
  close_code_ = {};
  socket_ = {};
  {
    testing::HttpClient client(server_->port());
    client.Upgrade("/socket");
    client.ReadFrame();
  }
  EXPECT_EQ(CloseCode(), 1006);
}

TEST_F(Streams, AWebSocketRefusesWhatIsTooBigOrNotText) {
  Options options;
  options.web_socket_message_size_max = 1000;
  Start(options);
  testing::HttpClient big(server_->port());
  big.Upgrade("/socket");
  big.ReadFrame();
  big.SendFrame(1, std::string(1001, 'x'));
  EXPECT_EQ(big.ReadFrame().close_code(), 1009);
  big.Close();
  EXPECT_EQ(CloseCode(), 1006);
  close_code_ = {};
  socket_ = {};
  testing::HttpClient binary(server_->port());
  binary.Upgrade("/socket");
  binary.ReadFrame();
  binary.SendFrame(2, "bytes");
  EXPECT_EQ(binary.ReadFrame().close_code(), 1003);
}

TEST_F(Streams, AWebSocketIsOnlyForPagesOfItsOwnOriginAndOnlyAnUpgrade) {
  Start({});
  testing::HttpClient client(server_->port());
  EXPECT_EQ(client.Upgrade("/socket", "Origin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(client.Call("GET", "/socket").status, 426);
  EXPECT_EQ(client.Upgrade("/socket", "Origin: https://test\r\n").status, 101);
  testing::HttpClient without_key(server_->port());
  without_key.Send("GET /socket HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\n\r\n");
  const testing::HttpAnswer refused = without_key.ReadAnswer();
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.headers.at("server"), "muara");  // of what it is made is nobody's business
}

TEST_F(Streams, AWebSocketWhosePeerDoesNotReadIsCutOff) {
  Options options;
  options.stream_pending_bytes_max = 100'000;
  Start(options);
  testing::HttpClient client(server_->port(), 4096);
  client.Upgrade("/socket");
  const auto socket = socket_.get_future().get();
  int sent = 0;
  while (sent < 100'000 && socket->Send(std::string(10'000, 'x'))) ++sent;
  EXPECT_LT(sent, 100'000);
  EXPECT_EQ(CloseCode(), 1006);
}

TEST_F(Streams, StoppingClosesWebSockets) {
  Start({});
  testing::HttpClient client(server_->port());
  client.Upgrade("/socket");
  EXPECT_EQ(client.ReadFrame().payload, "welcome");
  std::thread stopper([&] { server_->Stop(); });
  EXPECT_EQ(client.ReadFrame().close_code(), 1001);
  client.SendFrame(8, "\x03\xe9");
  client.Close();
  stopper.join();
  EXPECT_EQ(CloseCode(), 1001);
}

TEST_F(Streams, ASilentWebSocketIsPingedThenClosed) {
  Options options;
  options.web_socket_idle_timeout_ms = 100;
  Start(options);
  testing::HttpClient client(server_->port());
  client.Upgrade("/socket");
  client.ReadFrame();
  EXPECT_EQ(client.ReadFrame().opcode, 9);
  EXPECT_EQ(CloseCode(), 1006);
}

}  // namespace
}  // namespace muara::http
