// A raw HTTP and WebSocket client for tests: says exactly the bytes it is told to, over a blocking
// socket whose every wait ends after five seconds. Not thread safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace muara::testing {

struct HttpAnswer {
  int status = 0;                              // 0: the connection ended before an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct WebSocketFrame {
  int opcode = -1;  // -1: the connection ended
  std::string payload;
  bool last = true;  // of its message; those between have opcode 0
  int close_code() const;
};

class HttpClient {
 public:
  explicit HttpClient(int port);
  // A small receive buffer makes a reader that does not read visible to the server soon.
  HttpClient(int port, int receive_buffer_bytes);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool Send(std::string_view bytes);
  HttpAnswer ReadAnswer();
  HttpAnswer ReadHead();  // without its body
  HttpAnswer Call(std::string_view method, std::string_view target, std::string_view body = "",
                  std::string_view extra_headers = "");
  // What came up to and with `text`; what came at all if the connection ends first.
  std::string ReadUntil(std::string_view text);
  void Close();
  bool ReadToEnd();  // true: the peer closed within the limit

  HttpAnswer Upgrade(std::string_view target, std::string_view extra_headers = "");
  bool SendFrame(int opcode, std::string_view payload);
  WebSocketFrame ReadFrame();

 private:
  bool Fill();  // false: ended
  std::optional<std::string> Take(size_t size);

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace muara::testing
