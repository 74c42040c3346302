// Calls web addresses that people have given us, and cannot be turned against our own network: the
// address that is connected to is judged, not its name, so that a name that changes its mind
// between two lookups gains nothing. Certificates are always checked; there are no redirects,
// proxies, cookies, passwords, connections used twice or compressed answers. Blocking and
// thread-safe: as many calls run at once as there are callers.
#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/result.h"
#include "libs/web/targets.h"

namespace muara::web {

struct ClientOptions {
  Allowances allowances = {};  // http:// goes to targets of this list alone
  int connect_ms_max = 5000;   // with the lookup of the name
  int total_ms_max = 10000;
  size_t body_bytes_max = 64 << 10;  // of an answer; the rest is not read
  size_t head_bytes_max = 16 << 10;
  std::string ca_file = "";  // instead of the system's authorities
};

struct Call {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int total_ms_max = 0;  // 0, or more than the client's: the client's
};

struct Answer {
  int status = 0;             // a redirect is one like any other, and not followed
  std::string body;           // as it came: any bytes
  int64_t retry_after_s = 0;  // as it asked for; 0: it did not
};

constexpr size_t kUrlBytesMax = 2048;

// What can be seen without looking a name up. BAD_URL: malformed, with a name or password in it, or
// neither https nor allowed http; TARGET_REFUSED: an address that may not be called.
Status CheckUrl(const std::string& url, const Allowances& allowances);

class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // BAD_URL and TARGET_REFUSED will never work; NAME_NOT_FOUND, CONNECT_FAILED, TLS_FAILED,
  // TIMED_OUT, CONNECTION_LOST, BAD_ANSWER may, and all but the first three of these may have been
  // heard by the other side. STOPPING: Stop was called.
  Result<Answer> Post(const Call& call);
  // Ends what is under way within about a second, and lets nothing new begin.
  void Stop() { stopping_ = true; }

  const Allowances& allowances() const { return options_.allowances; }

 private:
  const ClientOptions options_;
  std::atomic<bool> stopping_{false};
};

}  // namespace muara::web
