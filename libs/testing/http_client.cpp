#include "libs/testing/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "libs/base/check.h"

namespace muara::testing {
namespace {

constexpr int kTimeoutSeconds = 5;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

int WebSocketFrame::close_code() const {
  if (opcode != 8 || payload.size() < 2) return 0;
  return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

HttpClient::HttpClient(int port) : HttpClient(port, 0) {}

HttpClient::HttpClient(int port, int receive_buffer_bytes) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  CHECK(socket_ >= 0);
  const timeval limit{kTimeoutSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(int));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
}

HttpClient::~HttpClient() { Close(); }

void HttpClient::Close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool HttpClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool HttpClient::Fill() {
  char bytes[16384];
  const ssize_t size = ::recv(socket_, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(size));
  return true;
}

std::optional<std::string> HttpClient::Take(size_t size) {
  while (buffer_.size() < size) {
    if (!Fill()) return std::nullopt;
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

HttpAnswer HttpClient::ReadHead() {
  HttpAnswer answer;
  const std::string head = ReadUntil("\r\n\r\n");
  if (!head.ends_with("\r\n\r\n") || head.size() < 12) return answer;
  answer.status = std::atoi(head.substr(9, 3).c_str());
  size_t at = head.find("\r\n") + 2;
  while (at + 2 < head.size()) {
    const size_t end = head.find("\r\n", at);
    const size_t colon = head.find(": ", at);
    if (colon < end) {
      answer.headers[Lower(head.substr(at, colon - at))] = head.substr(colon + 2, end - colon - 2);
    }
    at = end + 2;
  }
  return answer;
}

HttpAnswer HttpClient::ReadAnswer() {
  HttpAnswer answer = ReadHead();
  const auto length = answer.headers.find("content-length");
  if (length == answer.headers.end()) return answer;
  answer.body = Take(std::stoul(length->second)).value_or("");
  return answer;
}

HttpAnswer HttpClient::Call(std::string_view method, std::string_view target, std::string_view body,
                            std::string_view extra_headers) {
  std::string text =
      std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n";
  text += extra_headers;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  Send(text + "\r\n" + std::string(body));
  HttpAnswer answer = method == "HEAD" ? ReadHead() : ReadAnswer();
  return answer;
}

std::string HttpClient::ReadUntil(std::string_view text) {
  size_t at = buffer_.find(text);
  while (at == std::string::npos) {
    if (!Fill()) return std::exchange(buffer_, {});
    at = buffer_.find(text);
  }
  return *Take(at + text.size());
}

bool HttpClient::ReadToEnd() {
  while (Fill()) buffer_.clear();
  char byte = 0;
  // A wait that ended by its limit leaves the socket open: that is not an end.
  const ssize_t size = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
  return size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

HttpAnswer HttpClient::Upgrade(std::string_view target, std::string_view extra_headers) {
  Send("GET " + std::string(target) +
       " HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
       std::string(extra_headers) + "\r\n");
  return ReadAnswer();
}

bool HttpClient::SendFrame(int opcode, std::string_view payload) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    const bool is_short = payload.size() < 65536;
    frame += static_cast<char>(0x80 | (is_short ? 126 : 127));
    for (int shift = is_short ? 8 : 56; shift >= 0; shift -= 8) {
      frame += static_cast<char>(static_cast<uint64_t>(payload.size()) >> shift & 0xff);
    }
  }
  // A mask of zeros is a mask.
  return Send(frame + std::string(4, '\0') + std::string(payload));
}

WebSocketFrame HttpClient::ReadFrame() {
  const auto head = Take(2);
  if (!head) return {};
  uint64_t size = static_cast<unsigned char>((*head)[1]);
  if (size >= 126) {
    const auto extended = Take(size == 126 ? 2 : 8);
    if (!extended) return {};
    size = 0;
    for (const char c : *extended) size = size << 8 | static_cast<unsigned char>(c);
  }
  const auto payload = Take(size);
  if (!payload) return {};
  const auto first = static_cast<unsigned char>((*head)[0]);
  return {first & 0x0f, *payload, (first & 0x80) != 0};
}

}  // namespace muara::testing
