#include "services/channels/email/smtp/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "libs/log/log.h"

namespace muara::email {
namespace {

constexpr int kBacklog = 128;
constexpr int kPollMs = 200;  // how late a time limit may be noticed
constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kOutputMaxBytes = 256 * 1024;  // a peer that does not read its answers is cut off

int64_t Millis(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Error CannotListen(const std::string& what) {
  return MakeError(Code::kUnavailable, "SMTP_CANNOT_LISTEN", what);
}

}  // namespace

Result<std::unique_ptr<SmtpServer>> SmtpServer::Start(SmtpServerSettings settings,
                                                      const Endpoints& endpoints,
                                                      MailHandler handler) {
  std::unique_ptr<SmtpServer> server(
      new SmtpServer(std::move(settings), endpoints, std::move(handler)));
  RETURN_IF_ERROR(server->Listen());
  server->thread_ = std::thread([raw = server.get()] { raw->Loop(); });
  return server;
}

SmtpServer::SmtpServer(SmtpServerSettings settings, const Endpoints& endpoints, MailHandler handler)
    : settings_(std::move(settings)),
      endpoints_(endpoints),
      handler_(std::move(handler)),
      budget_(settings_.held_max_bytes),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      pool_(std::make_unique<WorkerPool>(settings_.workers, settings_.connections_max)) {}

SmtpServer::~SmtpServer() {
  Drain();
  pool_.reset();  // what was taken is finished first
}

Status SmtpServer::Listen() {
  listener_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(settings_.port);
  if (inet_pton(AF_INET, settings_.address.c_str(), &address.sin_addr) != 1) {
    return CannotListen("not an IPv4 address: " + settings_.address);
  }
  socklen_t size = sizeof address;
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_.get(), kBacklog) != 0 ||
      getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return CannotListen("cannot listen on " + settings_.address + ":" +
                        std::to_string(settings_.port));
  }
  port_ = ntohs(address.sin_port);
  return Ok();
}

void SmtpServer::Drain() {
  if (!draining_.exchange(true)) {
    drain_until_ms_ = Millis(Clock::now().time_since_epoch()) + settings_.drain_max_ms;
    Wake();
  }
  if (thread_.joinable()) thread_.join();
}

void SmtpServer::Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof one);
}

void SmtpServer::Loop() {
  while (!Done()) {
    Wait();
    ApplyAnswers();
    CloseOldOnes();
    RemoveClosed();
  }
  connections_.clear();
  connections_count_ = 0;
}

bool SmtpServer::Done() const {
  if (!draining_) return false;
  return connections_.empty() || Millis(Clock::now().time_since_epoch()) >= drain_until_ms_;
}

void SmtpServer::Wait() {
  if (draining_) listener_.Close();
  std::vector<pollfd> polled = {{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  std::vector<uint64_t> ids;
  for (const auto& [id, connection] : connections_) {
    const bool wants_read = !connection.session->full() && connection.output.empty();
    const int events = (wants_read ? POLLIN : 0) | (connection.output.empty() ? 0 : POLLOUT);
    polled.push_back({connection.socket.get(), static_cast<short>(events), 0});
    ids.push_back(id);
  }
  if (poll(polled.data(), polled.size(), kPollMs) <= 0) return;
  if (polled[0].revents != 0) {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = read(wake_.get(), &count, sizeof count);
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    Connection& connection = connections_.at(ids[i]);
    const short events = polled[i + 2].revents;
    if ((events & POLLIN) != 0) Read(ids[i], connection);
    if ((events & POLLOUT) != 0) Write(connection);
    if ((events & (POLLERR | POLLHUP)) != 0 && (events & POLLIN) == 0) connection.peer_gone = true;
  }
  if (polled[1].revents != 0) Accept();
}

void SmtpServer::Accept() {
  while (true) {
    FileDescriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.open()) return;
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const uint64_t id = next_id_++;
    Connection& connection = connections_[id];
    connection.socket = std::move(socket);
    connection.session = std::make_unique<SmtpSession>(settings_.session, endpoints_, budget_);
    connection.last_heard = Clock::now();
    if (static_cast<int>(connections_.size()) > settings_.connections_max) {
      connection.session->Close("4.7.0", "too many connections");
    } else {
      connection.session->Greet();
    }
    connections_count_ = static_cast<int>(connections_.size());
    Advance(id, connection);
  }
}

void SmtpServer::Read(uint64_t id, Connection& connection) {
  std::array<char, kReadBytes> buffer;
  const ssize_t got = recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) connection.peer_gone = true;
  if (got <= 0) return;
  connection.last_heard = Clock::now();
  connection.session->Receive(std::string_view(buffer.data(), static_cast<size_t>(got)));
  Advance(id, connection);
}

// Sends what the session says and hands over a mail that is whole.
void SmtpServer::Advance(uint64_t id, Connection& connection) {
  SmtpSession& session = *connection.session;
  if (session.in_mail() && !connection.in_mail) connection.mail_since = Clock::now();
  connection.in_mail = session.in_mail();
  if (auto mail = session.TakeMail()) HandOver(id, std::move(*mail));
  connection.output += session.TakeReplies();
  Write(connection);
}

void SmtpServer::HandOver(uint64_t id, ReceivedMail mail) {
  auto shared = std::make_shared<const ReceivedMail>(std::move(mail));
  const bool queued = pool_->Post([this, id, shared] {
    Verdict verdict = handler_(*shared);
    {
      const std::lock_guard lock(answers_mutex_);
      answers_.push_back({id, std::move(verdict)});
    }
    Wake();
  });
  if (queued) return;
  const std::lock_guard lock(answers_mutex_);
  answers_.push_back({id, {VerdictKind::kTryLater, "451 4.3.2 busy, try again later"}});
  Wake();
}

void SmtpServer::Write(Connection& connection) {
  while (!connection.output.empty()) {
    const ssize_t sent = send(connection.socket.get(), connection.output.data(),
                              connection.output.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) connection.peer_gone = true;
    if (sent <= 0) break;
    connection.output.erase(0, static_cast<size_t>(sent));
  }
  if (connection.output.size() > kOutputMaxBytes) connection.peer_gone = true;
}

void SmtpServer::ApplyAnswers() {
  std::vector<Answered> answers;
  {
    const std::lock_guard lock(answers_mutex_);
    answers.swap(answers_);
  }
  for (Answered& answered : answers) {
    const auto found = connections_.find(answered.connection);
    if (found == connections_.end()) continue;  // the peer left; it will send the mail again
    found->second.last_heard = Clock::now();
    found->second.session->Answer(answered.verdict);
    Advance(answered.connection, found->second);
  }
}

void SmtpServer::CloseOldOnes() {
  const Clock::time_point now = Clock::now();
  for (auto& [id, connection] : connections_) {
    SmtpSession& session = *connection.session;
    if (session.waiting() || session.closed()) continue;
    if (draining_ && !session.in_mail()) {
      session.Close("4.3.2", "shutting down");
    } else if (Millis(now - connection.last_heard) > settings_.idle_max_ms) {
      session.Close("4.4.2", "idle for too long");
    } else if (session.in_mail() && Millis(now - connection.mail_since) > settings_.mail_max_ms) {
      session.Close("4.4.2", "mail took too long");
    }
    if (session.closed()) Advance(id, connection);
  }
}

void SmtpServer::RemoveClosed() {
  const Clock::time_point now = Clock::now();
  std::erase_if(connections_, [&](const auto& entry) {
    const Connection& connection = entry.second;
    const bool stuck = Millis(now - connection.last_heard) > settings_.idle_max_ms + kPollMs;
    return connection.peer_gone ||
           (connection.session->closed() && (connection.output.empty() || stuck));
  });
  connections_count_ = static_cast<int>(connections_.size());
}

}  // namespace muara::email
