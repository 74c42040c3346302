// One connection to Redis by hiredis, blocking, with time limits. Binary-safe. Not thread-safe.
// After any error the connection is gone: connect anew.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::bus {

// redis://[user:password@]host:port
struct RedisAddress {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string user = "";
  std::string password = "";
};
Result<RedisAddress> ParseRedisUrl(const std::string& url);

struct RedisReply {
  enum class Kind { kNil, kInteger, kText, kError, kList };
  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;
  std::vector<RedisReply> list;
};

class Redis {
 public:
  // `answer_ms_max` is how long one answer may take. UNAVAILABLE where it does not come.
  static Result<std::unique_ptr<Redis>> Connect(const RedisAddress& address, int answer_ms_max);
  ~Redis();

  // An error that Redis answers is a reply of kind kError, not an Error.
  Result<RedisReply> Run(const std::vector<std::string>& command);
  // All sent at once, then all answers read.
  Result<std::vector<RedisReply>> RunAll(const std::vector<std::vector<std::string>>& commands);

 private:
  struct Inside;
  explicit Redis(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// Refuses a Redis that may evict what we put there: EVICTING_REDIS.
Status CheckPolicy(Redis& redis);

// The stream of a part: "ev:{ticket.07}:<last 8 of the epoch>", so that a log begun anew never
// meets old entries.
std::string StreamOf(const std::string& topic, const std::string& epoch, int part);

}  // namespace muara::bus
