// An event stream's connection: one write at a time from the outbox, a heartbeat when it is quiet,
// and a read that only notices the end.
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "libs/http/connections.h"

namespace muara::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr char kHead[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Accel-Buffering: no\r\n"
    "Connection: close\r\n\r\n";
constexpr size_t kIgnoredBytesMax = 4096;  // a client has nothing to say on a stream
constexpr size_t kBatchBytes = 32 << 10;

class EventConnection final : public Connection,
                              public std::enable_shared_from_this<EventConnection> {
 public:
  EventConnection(asio::ip::tcp::socket socket, std::shared_ptr<EventStream> stream, Shared& shared)
      : socket_(std::move(socket)),
        heartbeat_(socket_.get_executor()),
        stream_(std::move(stream)),
        shared_(shared) {}

  ~EventConnection() override {
    stream_->outbox().Detach();
    shared_.registry.Remove(this);
  }

  void Start() {
    shared_.registry.Add(shared_from_this());
    stream_->outbox().Attach([weak = weak_from_this(), executor = socket_.get_executor()] {
      asio::post(executor, [weak] {
        if (auto self = weak.lock()) self->Pump();
      });
    });
    writing_bytes_ = kHead;
    Write();
    Read();
    Beat();
    if (shared_.draining) Drain();
  }

  void Drain() override { stream_->Close(); }
  void Abort() override { Finish(); }

 private:
  void Pump() {
    if (writing_ || finished_) return;
    writing_bytes_.clear();
    Outbox::Taken taken = stream_->outbox().Take();
    while (taken.piece.has_value()) {
      writing_bytes_ += *taken.piece;
      if (writing_bytes_.size() >= kBatchBytes) break;
      taken = stream_->outbox().Take();
    }
    if (taken.state == Outbox::State::kOverflowed) return Finish();
    if (!writing_bytes_.empty()) return Write();
    if (taken.state == Outbox::State::kFinished) Finish();
  }

  void Write() {
    writing_ = true;
    beats_while_writing_ = 0;
    asio::async_write(socket_, asio::buffer(writing_bytes_),
                      [self = shared_from_this()](error_code error, size_t) {
                        self->writing_ = false;
                        self->quiet_ = false;
                        if (error) return self->Finish();
                        self->Pump();
                      });
  }

  void Read() {
    socket_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](error_code error, size_t size) {
                              self->ignored_bytes_ += size;
                              if (error || self->ignored_bytes_ > kIgnoredBytesMax) {
                                return self->Finish();
                              }
                              self->Read();
                            });
  }

  void Beat() {
    heartbeat_.expires_after(std::chrono::milliseconds(shared_.options.stream_heartbeat_ms));
    heartbeat_.async_wait([self = shared_from_this()](error_code error) {
      if (error || self->finished_) return;
      // One write that takes more than a whole beat: nobody is reading.
      if (self->writing_ && ++self->beats_while_writing_ > 1) return self->Finish();
      if (!self->writing_ && self->quiet_) self->stream_->Send(":\n\n");
      self->quiet_ = true;
      self->Beat();
    });
  }

  void Finish() {
    if (finished_) return;
    finished_ = true;
    error_code ignored;
    heartbeat_.cancel();
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    stream_->outbox().Detach();
    shared_.pool.PostFollowUp([stream = stream_] { stream->ConnectionGone(); });
  }

  asio::ip::tcp::socket socket_;
  asio::steady_timer heartbeat_;
  std::shared_ptr<EventStream> stream_;
  Shared& shared_;
  std::string writing_bytes_;
  bool writing_ = false;
  bool quiet_ = true;
  bool finished_ = false;
  int beats_while_writing_ = 0;
  std::array<char, 512> ignored_{};
  size_t ignored_bytes_ = 0;
};

}  // namespace

void StartEventConnection(asio::ip::tcp::socket socket, std::shared_ptr<EventStream> stream,
                          Shared& shared) {
  std::make_shared<EventConnection>(std::move(socket), std::move(stream), shared)->Start();
}

}  // namespace muara::http
