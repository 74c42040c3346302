// For tests: a smarthost that answers one connection by a script, to stand where the outside would
// be.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>

#include "libs/base/check.h"
#include "libs/base/file_descriptor.h"

namespace muara::email {

// A smarthost that follows a script: what it says to each line that starts with a word. An empty
// answer hangs up.
class ScriptedHost {
 public:
  using Script = std::function<std::string(const std::string& line)>;

  explicit ScriptedHost(Script script, std::string greeting = "220 host ESMTP\r\n")
      : script_(std::move(script)), greeting_(std::move(greeting)) {
    listener_ = FileDescriptor(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    socklen_t size = sizeof address;
    CHECK(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(listen(listener_.get(), 1) == 0);
    CHECK(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~ScriptedHost() {
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  int port() const { return port_; }

 private:
  void Serve() {
    const FileDescriptor peer(accept(listener_.get(), nullptr, nullptr));
    if (!peer.open() || !Say(peer, greeting_)) return;
    std::string input;
    char buffer[4096];
    while (true) {
      const ssize_t got = recv(peer.get(), buffer, sizeof buffer, 0);
      if (got <= 0) return;
      input.append(buffer, static_cast<size_t>(got));
      for (size_t end = input.find("\r\n"); end != std::string::npos; end = input.find("\r\n")) {
        const std::string line = input.substr(0, end);
        input.erase(0, end + 2);
        if (in_data_ && line != ".") continue;
        const std::string answer = script_(line);
        in_data_ = answer.starts_with("354");
        if (!Say(peer, answer)) return;
      }
    }
  }
  static bool Say(const FileDescriptor& peer, const std::string& answer) {
    return !answer.empty() && send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL) > 0;
  }

  Script script_;
  std::string greeting_;
  FileDescriptor listener_;
  int port_ = 0;
  bool in_data_ = false;
  std::thread thread_;
};

// Says yes to everything but lines that start with `word`.
inline ScriptedHost::Script Except(const std::string& word, const std::string& answer) {
  return [=](const std::string& line) -> std::string {
    if (line.starts_with(word)) return answer;
    if (line.starts_with("EHLO")) return "250-host\r\n250-AUTH PLAIN\r\n250 SIZE\r\n";
    if (line.starts_with("AUTH")) return "334 \r\n";
    if (line == "AGFuaQByYWhhc2lh") return "235 2.7.0 welcome\r\n";  // ani, rahasia
    if (line.starts_with("DATA")) return "354 go on\r\n";
    if (line.starts_with("QUIT")) return "221 bye\r\n";
    return "250 2.0.0 OK\r\n";
  };
}

}  // namespace muara::email
