// Rings when Redis has facts of a topic after given positions, so that a reader of the log need not
// poll. It says only "look": what is true is read from the log. For one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/bus/redis.h"

namespace muara::bus {

class StreamBell {
 public:
  StreamBell(RedisAddress redis, std::string topic)
      : address_(std::move(redis)), topic_(std::move(topic)) {}

  // True: there is something after these positions (index: part). False: nothing within `wait_ms`.
  // UNAVAILABLE: Redis is away; poll instead.
  Result<bool> Wait(const std::string& epoch, const std::vector<int64_t>& positions, int wait_ms);

 private:
  const RedisAddress address_;
  const std::string topic_;
  std::unique_ptr<Redis> redis_;
};

}  // namespace muara::bus
