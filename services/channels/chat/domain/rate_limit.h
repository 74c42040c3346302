// So many a minute for each key (an address, a session), with a burst of as many. Keys that have
// been quiet for a minute are forgotten; beyond 100,000 a new one has to wait. Thread safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "libs/base/time.h"

namespace muara::chat {

class RateLimit {
 public:
  explicit RateLimit(int64_t per_minute) : per_minute_(per_minute) {}

  // 0: taken. Else how long to wait in milliseconds before it may be.
  int64_t Take(const std::string& key, Time now);

 private:
  struct Bucket {
    int64_t filled = 0;  // in 60,000,000ths: each microsecond adds per_minute of them
    Time at;
  };

  const int64_t per_minute_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace muara::chat
