// What an HTTP handler receives and answers: plain values, safe to copy to any thread. Header names
// compare without case; the path stays as it was sent (percent-encoded), the query is decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/result.h"

namespace muara::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

bool EqualWithoutCase(std::string_view a, std::string_view b);

class Headers {
 public:
  void Add(std::string name, std::string value);
  void Set(std::string name, std::string value);      // replaces every value of that name
  std::string_view Get(std::string_view name) const;  // the first one; empty if there is none
  bool Has(std::string_view name) const;
  const Pairs& all() const { return all_; }

 private:
  Pairs all_;
};

struct Request {
  std::string method;
  std::string path;  // begins with '/', still percent-encoded
  Pairs query;       // in the order sent, decoded
  Headers headers;
  std::string body;
  std::string remote_ip;

  std::string_view Query(std::string_view name) const;  // the first one; empty if there is none
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

Response TextResponse(int status, std::string body);
Response JsonResponse(int status, std::string body);

// "%2F" to "/"; with plus_is_space also "+" to " " (queries and forms, never paths). Nothing where
// a sequence is malformed or decodes to a NUL.
enum class Plus { kIsPlus, kIsSpace };
std::optional<std::string> PercentDecode(std::string_view text, Plus plus);
// "a=1&b=2" as in queries and application/x-www-form-urlencoded bodies; at most 200 pairs.
std::optional<Pairs> ParseForm(std::string_view text);
// Fills path and query from an origin-form request target.
Status ParseTarget(std::string_view target, Request& request);
// The caller's address: the peer's own, or the last X-Forwarded-For entry where the peer is one of
// the proxies that we trust.
std::string RemoteIp(const std::string& peer_ip, const Headers& headers,
                     const std::vector<std::string>& trusted_proxies);

}  // namespace muara::http
