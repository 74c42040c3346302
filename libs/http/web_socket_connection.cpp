// A WebSocket's connection: reads while its callbacks keep up, writes one message at a time.
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <utility>

#include "libs/http/connections.h"

namespace muara::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using beast::error_code;

constexpr size_t kWaitingCallbacksMax = 16;  // then the peer has to wait
constexpr uint16_t kAbnormal = 1006;
constexpr uint16_t kGoingAway = 1001;
constexpr uint16_t kNotText = 1003;

class WebSocketConnection final : public Connection,
                                  public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(asio::ip::tcp::socket socket, WebSocketEvents events, Shared& shared)
      : stream_(std::move(socket)),
        events_(std::move(events)),
        socket_(std::make_shared<WebSocket>(shared.options.stream_pending_bytes_max)),
        callbacks_(std::make_shared<SerialQueue>(shared.pool)),
        shared_(shared) {}

  ~WebSocketConnection() override {
    socket_->outbox().Detach();
    shared_.registry.Remove(this);
  }

  void Start(const Request& upgrade) {
    shared_.registry.Add(shared_from_this());
    const std::chrono::milliseconds idle(shared_.options.web_socket_idle_timeout_ms);
    stream_.set_option(websocket::stream_base::timeout{std::chrono::seconds(10), idle, true});
    stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set("X-Content-Type-Options", "nosniff");
      // Or Beast tells its own name and version.
      response.set(beast::http::field::server, "muara");
    }));
    stream_.read_message_max(shared_.options.web_socket_message_size_max);
    for (const auto& [name, value] : upgrade.headers.all()) handshake_.insert(name, value);
    handshake_.method(beast::http::verb::get);
    handshake_.target(upgrade.path);
    stream_.async_accept(handshake_, [self = shared_from_this()](error_code error) {
      if (error) return self->Abort();
      self->Opened();
    });
  }

  void Drain() override { socket_->Close(kGoingAway, "the server is stopping"); }

  void Abort() override {
    error_code ignored;
    stream_.next_layer().socket().close(ignored);
    Finish(kAbnormal);
  }

 private:
  void Opened() {
    opened_ = true;
    Call([self = shared_from_this()] {
      if (self->events_.on_open) self->events_.on_open(self->socket_);
    });
    socket_->outbox().Attach([weak = weak_from_this(), executor = stream_.get_executor()] {
      asio::post(executor, [weak] {
        if (auto self = weak.lock()) self->Pump();
      });
    });
    Read();
    if (shared_.draining) Drain();
  }

  // Counts what waits, so that a peer faster than its handler is slowed by its own socket.
  void Call(std::function<void()> callback) {
    ++waiting_callbacks_;
    callbacks_->Post([self = shared_from_this(), callback = std::move(callback)]() mutable {
      callback();
      auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self)] {
        --self->waiting_callbacks_;
        if (self->read_paused_) self->Read();
      });
    });
  }

  void Read() {
    read_paused_ = waiting_callbacks_ >= kWaitingCallbacksMax;
    if (read_paused_ || finished_) return;
    stream_.async_read(
        buffer_, [self = shared_from_this()](error_code error, size_t) { self->OnRead(error); });
  }

  void OnRead(error_code error) {
    if (error) {
      return Finish(error == websocket::error::closed ? stream_.reason().code : kAbnormal);
    }
    if (!stream_.got_text()) {
      socket_->Close(kNotText, "only text is understood");
    } else {
      Call([self = shared_from_this(), text = beast::buffers_to_string(buffer_.data())] {
        if (self->events_.on_text) self->events_.on_text(self->socket_, text);
      });
    }
    buffer_.consume(buffer_.size());
    Read();
  }

  void Pump() {
    if (writing_ || closing_ || finished_) return;
    Outbox::Taken taken = socket_->outbox().Take();
    if (taken.state == Outbox::State::kOverflowed) return Abort();
    if (taken.piece.has_value()) return Write(std::move(*taken.piece));
    if (taken.state == Outbox::State::kFinished) Close();
  }

  void Write(std::string text) {
    writing_ = true;
    writing_text_ = std::move(text);
    stream_.text(true);
    stream_.async_write(asio::buffer(writing_text_),
                        [self = shared_from_this()](error_code error, size_t) {
                          self->writing_ = false;
                          if (error) return;  // the read ends with it
                          self->Pump();
                        });
  }

  void Close() {
    closing_ = true;
    const WebSocket::CloseReason reason = socket_->close_reason();
    stream_.async_close(
        websocket::close_reason(static_cast<websocket::close_code>(reason.code), reason.reason),
        [self = shared_from_this(), code = reason.code](error_code) { self->Finish(code); });
  }

  void Finish(uint16_t code) {
    if (finished_) return;
    finished_ = true;
    socket_->outbox().Detach();
    if (!opened_) return;
    callbacks_->Post([events = events_, socket = socket_, code] {
      if (events.on_close) events.on_close(socket, code);
    });
  }

  websocket::stream<beast::tcp_stream> stream_;
  beast::http::request<beast::http::empty_body> handshake_;
  beast::flat_buffer buffer_;
  WebSocketEvents events_;
  std::shared_ptr<WebSocket> socket_;
  std::shared_ptr<SerialQueue> callbacks_;
  Shared& shared_;
  std::string writing_text_;
  size_t waiting_callbacks_ = 0;
  bool opened_ = false;
  bool read_paused_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool finished_ = false;
};

}  // namespace

void StartWebSocketConnection(asio::ip::tcp::socket socket, const Request& upgrade,
                              WebSocketEvents events, Shared& shared) {
  std::make_shared<WebSocketConnection>(std::move(socket), std::move(events), shared)
      ->Start(upgrade);
}

}  // namespace muara::http
