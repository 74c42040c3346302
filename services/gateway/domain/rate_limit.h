// So many a minute for each key (an address), with a burst of as many. Keys that have been quiet
// are forgotten; at most 10,000 are kept, and a new one beyond that is refused. Thread safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "libs/base/time.h"

namespace muara::gateway {

class RateLimit {
 public:
  explicit RateLimit(int per_minute) : per_minute_(per_minute) {}
  bool Take(const std::string& key, Time now);
  // What was taken need not count: a login that was right.
  void GiveBack(const std::string& key);

 private:
  struct Bucket {
    double tokens = 0;
    Time at = {};
  };
  void Forget(Time now);

  const int per_minute_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace muara::gateway
