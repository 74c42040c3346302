// Listens for SMTP or LMTP on one TCP port: one thread for all sockets, a bounded pool for what is
// done with whole mails. A mail is answered with 250 only after the handler accepted it; a lost
// connection in between means that the peer sends it again. Start and Drain from one thread; the
// rest is inside.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/file_descriptor.h"
#include "libs/base/result.h"
#include "libs/base/worker_pool.h"
#include "services/channels/email/smtp/session.h"

namespace muara::email {

struct SmtpServerSettings {
  std::string address = "127.0.0.1";  // an IPv4 address
  uint16_t port = 0;                  // 0: any free one
  SessionSettings session;
  int connections_max = 100;
  int workers = 4;
  int64_t held_max_bytes = 256 * 1024 * 1024;  // of all mails being received
  int64_t idle_max_ms = 300'000;               // RFC 5321, 4.5.3.2
  int64_t mail_max_ms = 600'000;               // from DATA to its end
  int64_t drain_max_ms = 20'000;
};

// Called on the pool's threads, many at a time; must not block for ever.
using MailHandler = std::function<Verdict(const ReceivedMail&)>;

class SmtpServer {
 public:
  // `endpoints` outlives the server. kUnavailable when the port cannot be had.
  static Result<std::unique_ptr<SmtpServer>> Start(SmtpServerSettings settings,
                                                   const Endpoints& endpoints, MailHandler handler);
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  uint16_t port() const { return port_; }
  int connections() const { return connections_count_; }
  // Takes no new connection, lets the mails that are under way be answered, says 421 to the others;
  // returns when all are gone or the limit is over.
  void Drain();

 private:
  using Clock = std::chrono::steady_clock;

  struct Connection {
    FileDescriptor socket;
    std::unique_ptr<SmtpSession> session;
    std::string output;
    Clock::time_point last_heard;
    Clock::time_point mail_since;
    bool in_mail = false;
    bool peer_gone = false;
  };
  struct Answered {
    uint64_t connection = 0;
    Verdict verdict;
  };

  SmtpServer(SmtpServerSettings settings, const Endpoints& endpoints, MailHandler handler);

  Status Listen();
  void Loop();
  bool Done() const;
  void Wait();
  void Accept();
  void Read(uint64_t id, Connection& connection);
  void Advance(uint64_t id, Connection& connection);
  void HandOver(uint64_t id, ReceivedMail mail);
  void Write(Connection& connection);
  void ApplyAnswers();
  void CloseOldOnes();
  void RemoveClosed();
  void Wake();

  const SmtpServerSettings settings_;
  const Endpoints& endpoints_;
  const MailHandler handler_;
  ByteBudget budget_;
  uint16_t port_ = 0;
  FileDescriptor listener_;
  FileDescriptor wake_;
  std::map<uint64_t, Connection> connections_;
  uint64_t next_id_ = 1;
  std::atomic<int> connections_count_ = 0;
  std::atomic<bool> draining_ = false;
  std::atomic<int64_t> drain_until_ms_ = 0;
  std::mutex answers_mutex_;
  std::vector<Answered> answers_;
  std::unique_ptr<WorkerPool> pool_;
  std::thread thread_;
};

}  // namespace muara::email
