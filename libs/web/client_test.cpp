// The client against real servers on this machine that misbehave in every way.
#include "libs/web/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#include "libs/base/file_descriptor.h"
#include "libs/testing/eventually.h"
#include "libs/testing/process.h"
#include "libs/testing/servers.h"

namespace muara::web {
namespace {

// Takes one connection after the other, reads a request and does what the test says.
class Receiver {
 public:
  using Script = std::function<void(int socket)>;

  explicit Receiver(Script script) : script_(std::move(script)) {
    listener_ = FileDescriptor(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    CHECK(listen(listener_.get(), 8) == 0);
    socklen_t size = sizeof(address);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~Receiver() {
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  int port() const { return port_; }
  std::string at(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + "/hook";
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void Serve() {
    while (true) {
      FileDescriptor peer(accept(listener_.get(), nullptr, nullptr));
      if (!peer.open()) return;
      const timeval limit{5, 0};
      setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
      setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
      std::string request;
      char bytes[4096];
      while (!request.ends_with("the end")) {
        const ssize_t got = recv(peer.get(), bytes, sizeof(bytes), 0);
        if (got <= 0) break;
        request.append(bytes, static_cast<size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      script_(peer.get());
    }
  }

  const Script script_;
  FileDescriptor listener_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

bool Say(int socket, const std::string& text) {
  return send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Receiver::Script Saying(const std::string& text) {
  return [text](int socket) { Say(socket, text); };
}

// Says nothing until the other side has gone.
void Wait(int socket) {
  char byte = 0;
  while (recv(socket, &byte, 1, 0) > 0) {
  }
}

ClientOptions Allowing(const std::string& list) {
  ClientOptions options;
  options.allowances = *Allowances::Parse(list);
  options.total_ms_max = 3000;
  return options;
}

ClientOptions AllowingLoopback() { return Allowing("127.0.0.0/8,::1/128"); }

Call To(const std::string& url) {
  return {.url = url, .headers = {{"webhook-id", "d1"}}, .body = "the end"};
}

std::string Outcome(const Result<Answer>& answer) {
  return answer.ok() ? std::to_string(answer->status) : answer.error().reason;
}

std::string Heard(const std::string& said, ClientOptions options = AllowingLoopback()) {
  Receiver receiver(Saying(said));
  Client client(std::move(options));
  return Outcome(client.Post(To(receiver.at())));
}

TEST(WebClient, PostsWhatItIsGivenAndNothingOfItsOwn) {
  Receiver receiver(
      Saying("HTTP/1.1 201 Created\r\nContent-Length: 4\r\nRetry-After: 7\r\n"
             "Set-Cookie: a=b\r\n\r\ndone"));
  Client client(AllowingLoopback());
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.Post(To(receiver.at()));
    ASSERT_TRUE(answer.ok()) << answer.error().reason;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "done");
    EXPECT_EQ(answer->retry_after_s, 7);
  }
  for (const std::string& request : receiver.requests()) {
    EXPECT_TRUE(request.starts_with("POST /hook HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("webhook-id: d1\r\n"), std::string::npos);
    EXPECT_EQ(request.find("ookie"), std::string::npos);
    EXPECT_EQ(request.find("Expect"), std::string::npos);
    EXPECT_EQ(request.find("Accept-Encoding"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\nthe end"));
  }
}

TEST(WebClient, ARedirectIsAnAnswerAndNotFollowed) {
  Receiver other(Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(
      Heard("HTTP/1.1 302 Found\r\nLocation: " + other.at() + "\r\nContent-Length: 0\r\n\r\n"),
      "302");
  EXPECT_EQ(Heard("HTTP/1.1 307 Now\r\nLocation: " + other.at() + "\r\nContent-Length: 0\r\n\r\n"),
            "307");
  EXPECT_TRUE(other.requests().empty());
}

TEST(WebClient, TheConnectedAddressIsJudgedWhateverItsName) {
  Receiver receiver(Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  const std::string port = std::to_string(receiver.port());
  // Networks are allowed, so that names and plain http pass until they are connected to.
  Client client(Allowing("10.99.0.0/16"));
  for (const char* host : {"localhost", "127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1",
                           "0.0.0.0", "0", "[::1]", "[::ffff:127.0.0.1]"}) {
    for (const char* scheme : {"http://", "https://"}) {
      const auto answer = client.Post(To(std::string(scheme) + host + ":" + port + "/"));
      EXPECT_EQ(Outcome(answer), "TARGET_REFUSED") << scheme << host;
    }
  }
  EXPECT_TRUE(receiver.requests().empty());
  EXPECT_EQ(Outcome(Client({}).Post(To(receiver.at()))), "TARGET_REFUSED");
  EXPECT_EQ(Outcome(Client({}).Post(To(receiver.at("localhost")))), "BAD_URL") << "plain http";
}

TEST(WebClient, AnAllowedNameMayLeadToAnInnerAddress) {
  Receiver receiver(Saying("HTTP/1.1 204 No Content\r\n\r\n"));
  const std::string port = std::to_string(receiver.port());
  Client client(Allowing("localhost:" + port));
  EXPECT_EQ(Outcome(client.Post(To(receiver.at("localhost")))), "204");
  EXPECT_EQ(Outcome(client.Post(To(receiver.at()))), "TARGET_REFUSED") << "another name for it";
}

TEST(WebClient, NoProxyOfTheEnvironmentIsAsked) {
  Receiver proxy(Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  Receiver receiver(Saying("HTTP/1.1 204 No Content\r\n\r\n"));
  setenv("http_proxy", proxy.at().c_str(), 1);
  setenv("ALL_PROXY", proxy.at().c_str(), 1);
  Client client(AllowingLoopback());
  EXPECT_EQ(Outcome(client.Post(To(receiver.at()))), "204");
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  EXPECT_TRUE(proxy.requests().empty());
}

TEST(WebClient, OneThatDoesNotAnswerIsGivenUp) {
  Receiver receiver(Wait);
  ClientOptions options = AllowingLoopback();
  options.total_ms_max = 200;
  EXPECT_EQ(Outcome(Client(options).Post(To(receiver.at()))), "TIMED_OUT");
}

TEST(WebClient, ACallMayHaveLessTimeThanTheClient) {
  Receiver receiver(Wait);
  Client client(AllowingLoopback());
  Call call = To(receiver.at());
  call.total_ms_max = 100;
  EXPECT_EQ(Outcome(client.Post(call)), "TIMED_OUT");
}

TEST(WebClient, AnAnswerThatDripsIsGivenUpToo) {
  Receiver receiver([](int socket) {
    Say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    testing::Eventually([&] { return !Say(socket, "."); });
  });
  ClientOptions options = AllowingLoopback();
  options.total_ms_max = 300;
  EXPECT_EQ(Outcome(Client(options).Post(To(receiver.at()))), "TIMED_OUT");
}

TEST(WebClient, OfALongAnswerTheBeginningIsRead) {
  const std::string long_body(1 << 20, 'x');
  Receiver receiver([&](int socket) {
    Say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 64 && Say(socket, long_body); ++i) {
    }
  });
  Client client(AllowingLoopback());
  const auto answer = client.Post(To(receiver.at()));
  ASSERT_TRUE(answer.ok()) << answer.error().reason;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), size_t{64} << 10);
}

TEST(WebClient, ALongHeadIsNoAnswer) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 100; ++i)
    head += "X-" + std::to_string(i) + ": " + std::string(300, 'x') + "\r\n";
  EXPECT_EQ(Heard(head + "\r\n"), "BAD_ANSWER");
  std::string interim;
  for (int i = 0; i < 1000; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(Heard(interim + "HTTP/1.1 200 OK\r\n\r\n"), "BAD_ANSWER");
}

TEST(WebClient, WhatIsCutShortOrNoHttpIsNoAnswer) {
  EXPECT_EQ(Heard(""), "CONNECTION_LOST");
  EXPECT_EQ(Heard("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), "CONNECTION_LOST");
  EXPECT_EQ(Heard("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
            "CONNECTION_LOST");
  EXPECT_EQ(Heard("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"),
            "CONNECTION_LOST");
  EXPECT_EQ(Heard("220 mail.example ESMTP\r\n"), "BAD_ANSWER");
  EXPECT_EQ(Outcome(Client(AllowingLoopback())
                        .Post(To("http://127.0.0.1:" + std::to_string(testing::FreePort())))),
            "CONNECT_FAILED");
  EXPECT_EQ(Outcome(Client({}).Post(To("https://nobody.invalid/"))), "NAME_NOT_FOUND");
}

TEST(WebClient, ACompressedAnswerIsNotUnpacked) {
  EXPECT_EQ(Heard("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhaha"),
            "200");
}

constexpr const char* kServe = R"(
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(204)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
)";

// A self-signed certificate for "localhost".
class TlsReceiver {
 public:
  TlsReceiver() : port_(testing::FreePort()) {
    CHECK(testing::RunToEnd({.arguments = {"openssl", "req", "-x509", "-newkey", "rsa:2048",
                                           "-nodes", "-days", "2", "-subj", "/CN=localhost",
                                           "-addext", "subjectAltName=DNS:localhost", "-keyout",
                                           key(), "-out", certificate()}}) == 0);
    process_ = std::make_unique<testing::Process>(testing::Command{
        .arguments = {"python3", "-c", kServe, std::to_string(port_), certificate(), key()}});
  }
  std::string key() const { return folder_.path() + "/key.pem"; }
  std::string certificate() const { return folder_.path() + "/certificate.pem"; }
  int port() const { return port_; }

 private:
  testing::TempFolder folder_;
  const int port_;
  std::unique_ptr<testing::Process> process_;
};

TEST(WebClient, ACertificateThatNobodyVouchesForIsRefused) {
  const TlsReceiver receiver;
  const std::string port = std::to_string(receiver.port());
  ClientOptions options = Allowing("localhost:" + port + ",127.0.0.1:" + port);
  Client strict(options);
  const std::string named = "https://localhost:" + port + "/";
  EXPECT_TRUE(testing::Eventually([&] { return Outcome(strict.Post(To(named))) == "TLS_FAILED"; }));
  options.ca_file = receiver.certificate();
  Client trusting(options);
  EXPECT_EQ(Outcome(trusting.Post(To(named))), "204");
  EXPECT_EQ(Outcome(trusting.Post(To("https://127.0.0.1:" + port + "/"))), "TLS_FAILED")
      << "vouched for, but under another name";
}

TEST(WebClient, StoppingEndsWhatIsUnderWay) {
  Receiver receiver(Wait);
  ClientOptions options = AllowingLoopback();
  options.total_ms_max = 60000;
  Client client(options);
  std::string outcome;
  std::thread caller([&] { outcome = Outcome(client.Post(To(receiver.at()))); });
  EXPECT_TRUE(testing::Eventually([&] { return !receiver.requests().empty(); }));
  client.Stop();
  caller.join();
  EXPECT_EQ(outcome, "STOPPING");
  EXPECT_EQ(Outcome(client.Post(To(receiver.at()))), "STOPPING");
}

}  // namespace
}  // namespace muara::web
