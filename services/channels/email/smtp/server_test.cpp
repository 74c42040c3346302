#include "services/channels/email/smtp/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <condition_variable>

namespace muara::email {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kPatienceMs = 10'000;

// A peer that speaks raw bytes and reads what comes until it holds the awaited text.
class Peer {
 public:
  explicit Peer(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    connected_ = connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }
  void Say(const std::string& bytes) {
    EXPECT_EQ(send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  std::string ReadUntil(const std::string& awaited) {
    std::string read;
    char buffer[4096];
    pollfd polled = {socket_.get(), POLLIN, 0};
    while (read.find(awaited) == std::string::npos && poll(&polled, 1, kPatienceMs) > 0) {
      const ssize_t got = recv(socket_.get(), buffer, sizeof buffer, 0);
      if (got <= 0) return read + "<closed>";
      read.append(buffer, static_cast<size_t>(got));
    }
    return read;
  }
  std::string SendMail(const std::string& body) {
    Say("EHLO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<support@example.org>\r\nDATA\r\n");
    ReadUntil("354");
    Say(body + "\r\n.\r\n");
    return ReadUntil("\r\n");
  }

 private:
  FileDescriptor socket_;
  bool connected_ = false;
};

class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  bool AwaitVisitors(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(kPatienceMs),
                             [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class ServerTest : public ::testing::Test {
 protected:
  void Start(MailHandler handler) {
    auto server = SmtpServer::Start(settings_, endpoints_, std::move(handler));
    ASSERT_TRUE(server.ok());
    server_ = std::move(*server);
  }
  Endpoints endpoints_ = *Endpoints::Create({{"e1", "support@example.org", "Toko"}});
  SmtpServerSettings settings_;
  std::unique_ptr<SmtpServer> server_;
};

TEST_F(ServerTest, AnswersWhatTheHandlerDecided) {
  std::atomic<int> handled = 0;
  Start([&](const ReceivedMail& mail) -> Verdict {
    ++handled;
    if (mail.data.starts_with("good")) return {VerdictKind::kAccepted, ""};
    if (mail.data.starts_with("later")) return {VerdictKind::kTryLater, ""};
    return {VerdictKind::kRefused, ""};
  });
  Peer peer(server_->port());
  EXPECT_THAT(peer.ReadUntil("\r\n"), StartsWith("220 "));
  EXPECT_THAT(peer.SendMail("good"), StartsWith("250 2.0.0"));
  EXPECT_THAT(peer.SendMail("later"), StartsWith("451 4.3.0"));
  EXPECT_THAT(peer.SendMail("bad"), StartsWith("554 5.6.0"));
  EXPECT_EQ(handled, 3);
}

TEST_F(ServerTest, SaysNothingBeforeTheHandlerIsDone) {
  Gate gate;
  Start([&](const ReceivedMail&) -> Verdict {
    gate.Pass();
    return {VerdictKind::kAccepted, ""};
  });
  Peer slow(server_->port());
  slow.ReadUntil("\r\n");
  slow.Say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n");
  ASSERT_TRUE(gate.AwaitVisitors(1));
  slow.ReadUntil("354");
  Peer other(server_->port());  // another is served meanwhile
  EXPECT_THAT(other.ReadUntil("\r\n"), StartsWith("220 "));
  gate.Open();
  EXPECT_THAT(slow.ReadUntil("2.0.0 OK\r\n"), HasSubstr("250 2.0.0 accepted"));
}

TEST_F(ServerTest, TurnsAwayConnectionsPastTheLimit) {
  settings_.connections_max = 2;
  Start([](const ReceivedMail&) -> Verdict { return {VerdictKind::kAccepted, ""}; });
  Peer first(server_->port());
  Peer second(server_->port());
  first.ReadUntil("\r\n");
  second.ReadUntil("\r\n");
  Peer third(server_->port());
  EXPECT_THAT(third.ReadUntil("<closed>"), StartsWith("421 4.7.0"));
}

TEST_F(ServerTest, HangsUpOnIdlePeers) {
  settings_.idle_max_ms = 50;
  Start([](const ReceivedMail&) -> Verdict { return {VerdictKind::kAccepted, ""}; });
  Peer peer(server_->port());
  EXPECT_THAT(peer.ReadUntil("<never>"), HasSubstr("421 4.4.2"));
}

TEST_F(ServerTest, HangsUpOnMailsThatTakeTooLong) {
  settings_.mail_max_ms = 50;
  Start([](const ReceivedMail&) -> Verdict { return {VerdictKind::kAccepted, ""}; });
  Peer peer(server_->port());
  peer.Say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nslow");
  EXPECT_THAT(peer.ReadUntil("<never>"), HasSubstr("mail took too long"));
}

TEST_F(ServerTest, AnswersTheMailsUnderWayBeforeItEnds) {
  Gate gate;
  Start([&](const ReceivedMail&) -> Verdict {
    gate.Pass();
    return {VerdictKind::kAccepted, ""};
  });
  Peer busy(server_->port());
  Peer idle(server_->port());
  busy.Say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nx\r\n.\r\n");
  ASSERT_TRUE(gate.AwaitVisitors(1));
  std::thread drain([&] { server_->Drain(); });
  EXPECT_THAT(idle.ReadUntil("<never>"), HasSubstr("421 4.3.2"));
  gate.Open();
  const std::string heard = busy.ReadUntil("<never>");
  EXPECT_THAT(heard, HasSubstr("250 2.0.0 accepted"));
  EXPECT_THAT(heard, HasSubstr("421 4.3.2"));
  drain.join();
  EXPECT_FALSE(Peer(server_->port()).connected());
}

TEST_F(ServerTest, NamesThePortThatItCannotHave) {
  Start([](const ReceivedMail&) -> Verdict { return {}; });
  SmtpServerSettings taken;
  taken.port = server_->port();
  const auto second = SmtpServer::Start(taken, endpoints_, nullptr);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().reason, "SMTP_CANNOT_LISTEN");
}

}  // namespace
}  // namespace muara::email
