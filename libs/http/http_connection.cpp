// An HTTP/1.1 connection: read a request, hand it to a worker, write its answer, again. At most one
// request is in flight, so pipelined ones wait in the buffer.
#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "libs/http/connections.h"
#include "libs/http/problem.h"
#include "libs/log/trace.h"

namespace muara::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::error_code;
using std::chrono::milliseconds;

constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr size_t kLingerBytesMax = 16 << 20;
constexpr milliseconds kLingerTimeout(2000);
// Where files come in, many programs send all of a file before they read that it is too large.
constexpr size_t kLargeLingerBytesMax = 64 << 20;
constexpr milliseconds kLargeLingerTimeout(10'000);
constexpr int64_t kMillisecondsPerMebibyte = 2000;

Response Busy() {
  Error busy = MakeError(Code::kUnavailable, "OVERLOADED", "too many requests wait; try again");
  busy.retry_after_ms = 1000;
  return ProblemResponse(busy);
}

Response Malformed(const std::string& detail) {
  return ProblemResponse(400, "MALFORMED_REQUEST", detail);
}

Response RefusalOf(error_code error) {
  if (error == beast::http::error::body_limit) {
    return ProblemResponse(413, "BODY_TOO_LARGE", "the body is larger than this server takes");
  }
  if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow) {
    return ProblemResponse(431, "HEADERS_TOO_LARGE", "the headers are larger than allowed");
  }
  return Malformed("this is not an HTTP/1.1 request: " + error.message());
}

Response NotRouted(const Router::Match& match) {
  if (match.allow.empty()) {
    return ProblemResponse(MakeError(Code::kNotFound, "NO_SUCH_PATH", "there is nothing here"));
  }
  Response response = ProblemResponse(405, "METHOD_NOT_ALLOWED", "this path takes " + match.allow);
  response.headers.Set("Allow", match.allow);
  return response;
}

// What a proxy in front might understand in another way than we do is refused: between two readings
// of one stream of bytes a request could be smuggled past it.
template <class Message>
Status CheckFraming(const Message& message) {
  const auto malformed = [](const char* why) {
    return MakeError(Code::kInvalidArgument, "MALFORMED_REQUEST", why);
  };
  const auto hosts = message.count(beast::http::field::host);
  if (hosts > 1) return malformed("there is more than one Host header");
  if (hosts == 0 && message.version() >= 11) return malformed("the Host header is missing");
  if (message.count(beast::http::field::transfer_encoding) > 0 && !message.chunked()) {
    return malformed("the only Transfer-Encoding understood is chunked");
  }
  return Ok();
}

class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(asio::ip::tcp::socket socket, Shared& shared)
      : stream_(std::move(socket)), shared_(shared) {}

  ~HttpConnection() override {
    LeaveLarge();
    shared_.registry.Remove(this);
  }

  void Start() {
    shared_.registry.Add(shared_from_this());
    error_code error;
    const auto peer = stream_.socket().remote_endpoint(error);
    if (error) return;
    peer_ip_ = peer.address().to_string();
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
    WaitForRequest();
  }

  void Drain() override {
    if (idle_) Abort();
  }

  void Abort() override {
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    stream_.socket().close(ignored);
  }

 private:
  void WaitForRequest() {
    if (buffer_.size() > 0) return ReadHead();
    if (shared_.draining) return Abort();
    idle_ = true;
    stream_.expires_after(milliseconds(shared_.options.idle_timeout_ms));
    stream_.async_read_some(buffer_.prepare(4096),
                            [self = shared_from_this()](error_code error, size_t size) {
                              self->idle_ = false;
                              if (error) return;
                              self->buffer_.commit(size);
                              self->ReadHead();
                            });
  }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(shared_.options.header_size_max));
    // Known only with the head, which is refused by itself where it promises more than this.
    const auto& large = shared_.options.large_bodies;
    const size_t size_max = shared_.options.body_size_max;
    parser_->body_limit(large ? std::max(size_max, large->body_size_max) : size_max);
    // One limit for the whole request: a byte a second does not hold a connection.
    stream_.expires_after(milliseconds(shared_.options.request_timeout_ms));
    beast::http::async_read_header(stream_, buffer_, *parser_,
                                   [self = shared_from_this()](error_code error, size_t) {
                                     if (error) return self->Refuse(error);
                                     self->LimitBody();
                                   });
  }

  void LimitBody() {
    const auto& large = shared_.options.large_bodies;
    const auto size = parser_->content_length();
    const size_t size_max = shared_.options.body_size_max;
    if (!large || (size && *size <= size_max)) return Continue();
    const std::string_view target = parser_->get().target();
    if (target.substr(0, target.find('?')) != large->path ||
        parser_->get().method_string() != large->method) {
      if (size) return Refuse(beast::http::error::body_limit);
      parser_->body_limit(size_max);
      return Continue();
    }
    if (parser_->is_done()) return Continue();  // without a body
    if (shared_.large_bodies >= large->at_once_max) {
      close_after_ = true;
      return Reply(Busy());
    }
    ++shared_.large_bodies;
    is_large_ = true;
    stream_.expires_after(TimeFor(large->body_size_max));
    Continue();
  }

  // The limit of one request or answer, with time for its bytes on a slow line.
  milliseconds TimeFor(size_t bytes) const {
    const auto mebibytes = static_cast<int64_t>(bytes >> 20);
    return milliseconds(shared_.options.request_timeout_ms + mebibytes * kMillisecondsPerMebibyte);
  }

  void LeaveLarge() {
    if (is_large_) --shared_.large_bodies;
    is_large_ = false;
  }

  void Continue() {
    const auto expect = parser_->get().find(beast::http::field::expect);
    if (expect == parser_->get().end() || parser_->is_done()) return ReadBody();
    asio::async_write(stream_, asio::buffer(kContinue, sizeof(kContinue) - 1),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (!error) self->ReadBody();
                      });
  }

  void ReadBody() {
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, size_t) {
                              if (error) return self->Refuse(error);
                              self->Dispatch();
                            });
  }

  void Refuse(error_code error) {
    // Nobody is there to read an answer, or time is up.
    if (error == beast::http::error::end_of_stream || error == beast::error::timeout ||
        error == beast::http::error::partial_message ||
        error.category() == boost::system::system_category()) {
      return Abort();
    }
    close_after_ = true;
    Reply(RefusalOf(error));
  }

  Status FillRequest() {
    auto message = parser_->release();
    RETURN_IF_ERROR(CheckFraming(message));
    request_ = std::make_shared<Request>();
    request_->method = message.method_string();
    for (const auto& field : message) {
      request_->headers.Add(field.name_string(), field.value());
    }
    request_->body = std::move(message.body());
    request_->remote_ip = RemoteIp(peer_ip_, request_->headers, shared_.options.trusted_proxies);
    close_after_ = !message.keep_alive();
    return ParseTarget(message.target(), *request_);
  }

  void Dispatch() {
    if (const Status filled = FillRequest(); !filled.ok()) {
      close_after_ = true;
      return Reply(ProblemResponse(filled.error()));
    }
    const Router::Match match = shared_.router.Find(request_->method, request_->path);
    if (match.route == nullptr) return Reply(NotRouted(match));
    const bool queued =
        shared_.pool.Post([self = shared_from_this(), route = match.route]() mutable {
          auto* connection = self.get();
          connection->Run(*route, std::move(self));
        });
    if (!queued) Reply(Busy());
  }

  // On a worker from here to OnIo; `self` moves on, so that the connection dies on the I/O thread.
  void Run(const Route& route, std::shared_ptr<HttpConnection> self) {
    const trace::Scope scope(trace::FromTraceparent(request_->headers.Get("traceparent")));
    if (const auto* handler = std::get_if<Handler>(&route.target)) {
      RunPlain(*handler, std::move(self));
    } else if (const auto* events = std::get_if<EventHandler>(&route.target)) {
      RunEvents(*events, std::move(self));
    } else {
      RunWebSocket(std::get<WebSocketRoute>(route.target), std::move(self));
    }
  }

  void RunPlain(const Handler& handler, std::shared_ptr<HttpConnection> self) {
    const auto started = std::chrono::steady_clock::now();
    Response response = handler(*request_);
    const int status = response.status;
    // The connection may be gone as soon as its answer is handed over.
    const std::shared_ptr<Request> request = request_;
    const auto& observe = shared_.options.observe;
    ReplyFromWorker(std::move(response), std::move(self));
    if (!observe) return;
    const auto took = std::chrono::steady_clock::now() - started;
    observe(*request, status, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }

  void RunEvents(const EventHandler& handler, std::shared_ptr<HttpConnection> self) {
    auto stream = std::make_shared<EventStream>(shared_.options.stream_pending_bytes_max);
    if (std::optional<Response> refusal = handler(*request_, stream)) {
      stream->ConnectionGone();
      return ReplyFromWorker(std::move(*refusal), std::move(self));
    }
    OnIo(std::move(self), [stream = std::move(stream)](HttpConnection& connection) {
      connection.stream_.expires_never();
      StartEventConnection(connection.stream_.release_socket(), stream, connection.shared_);
    });
  }

  void RunWebSocket(const WebSocketRoute& route, std::shared_ptr<HttpConnection> self) {
    if (!EqualWithoutCase(request_->headers.Get("Upgrade"), "websocket")) {
      return ReplyFromWorker(
          ProblemResponse(426, "UPGRADE_REQUIRED", "this path speaks WebSocket only"),
          std::move(self));
    }
    if (!route.origin(*request_)) {
      return ReplyFromWorker(
          ProblemResponse(403, "ORIGIN_NOT_ALLOWED", "pages of this origin may not connect"),
          std::move(self));
    }
    auto answer = route.handler(*request_);
    if (auto* refusal = std::get_if<Response>(&answer)) {
      return ReplyFromWorker(std::move(*refusal), std::move(self));
    }
    OnIo(std::move(self), [events = std::get<WebSocketEvents>(answer)](HttpConnection& connection) {
      connection.stream_.expires_never();
      StartWebSocketConnection(connection.stream_.release_socket(), *connection.request_, events,
                               connection.shared_);
    });
  }

  void ReplyFromWorker(Response response, std::shared_ptr<HttpConnection> self) {
    OnIo(std::move(self), [response = std::move(response)](HttpConnection& connection) mutable {
      connection.Reply(std::move(response));
    });
  }

  template <class Then>
  static void OnIo(std::shared_ptr<HttpConnection> self, Then then) {
    auto executor = self->stream_.get_executor();
    asio::post(executor,
               [self = std::move(self), then = std::move(then)]() mutable { then(*self); });
  }

  void Reply(Response response) {
    const bool head = request_ != nullptr && request_->method == "HEAD";
    message_ = {};
    message_.version(11);
    message_.result(static_cast<unsigned>(response.status));
    for (auto& [name, value] : response.headers.all()) message_.insert(name, value);
    message_.set("X-Content-Type-Options", "nosniff");
    if (response.status != 204 && response.status != 304) {
      message_.content_length(response.body.size());
    }
    if (!head) message_.body() = std::move(response.body);
    close_after_ = close_after_ || shared_.draining;
    message_.keep_alive(!close_after_);
    Write();
  }

  void Write() {
    stream_.expires_after(TimeFor(message_.body().size()));
    beast::http::async_write(stream_, message_,
                             [self = shared_from_this()](error_code error, size_t) {
                               if (error) return self->Abort();
                               self->request_ = nullptr;
                               self->message_ = {};
                               self->LeaveLarge();
                               if (self->close_after_) return self->Linger();
                               self->WaitForRequest();
                             });
  }

  // Reads what still comes for a moment: closing on unread bytes would reset the connection, and
  // the peer might lose our answer.
  void Linger() {
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    const bool takes_large = shared_.options.large_bodies.has_value();
    stream_.expires_after(takes_large ? kLargeLingerTimeout : kLingerTimeout);
    Swallow();
  }

  void Swallow() {
    stream_.async_read_some(
        asio::buffer(swallowed_), [self = shared_from_this()](error_code error, size_t size) {
          self->swallowed_bytes_ += size;
          const bool takes_large = self->shared_.options.large_bodies.has_value();
          const size_t bytes_max = takes_large ? kLargeLingerBytesMax : kLingerBytesMax;
          if (error || self->swallowed_bytes_ > bytes_max) {
            return self->Abort();
          }
          self->Swallow();
        });
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  std::string peer_ip_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  std::shared_ptr<Request> request_;
  beast::http::response<beast::http::string_body> message_;
  bool idle_ = false;
  bool is_large_ = false;  // counted among the large bodies
  bool close_after_ = false;
  std::array<char, 4096> swallowed_{};
  size_t swallowed_bytes_ = 0;
};

}  // namespace

void StartHttpConnection(asio::ip::tcp::socket socket, Shared& shared) {
  std::make_shared<HttpConnection>(std::move(socket), shared)->Start();
}

}  // namespace muara::http
