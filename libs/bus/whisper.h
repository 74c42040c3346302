// What is worth telling only at this moment, to whoever listens: no facts, and lossy. It goes by a
// short stream in Redis that ends by itself; who listens hears what comes from then on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/bus/envelope.h"
#include "libs/bus/redis.h"

namespace muara::bus {

constexpr int kWhispersKept = 1000;      // of one topic, about
constexpr int kWhisperLifeSeconds = 60;  // of the stream, after the last one

// What Redis is to be told so that those who listen to the topic hear it.
std::vector<std::vector<std::string>> WhisperCommands(const std::string& topic,
                                                      const Envelope& envelope, const Seal& seal);

// For one thread.
class Ear {
 public:
  Ear(RedisAddress redis, std::string topic, const std::string& secret)
      : address_(std::move(redis)), topic_(std::move(topic)), seal_(secret) {}

  // Envelopes as bytes, in order, once one comes within `wait_ms`; what was not sealed with our
  // secret is left out. UNAVAILABLE: Redis is away, and what is told meanwhile is lost.
  Result<std::vector<std::string>> Listen(int wait_ms);

 private:
  Status Begin(int wait_ms);

  const RedisAddress address_;
  const std::string topic_;
  const Seal seal_;
  std::unique_ptr<Redis> redis_;
  std::string after_;  // the last one that was heard
};

}  // namespace muara::bus
