#include "services/channels/chat/domain/rate_limit.h"

#include <algorithm>

namespace muara::chat {
namespace {
constexpr size_t kKeysMax = 100'000;
constexpr int64_t kOne = 60'000'000;  // one token, and the microseconds of a minute
constexpr int64_t kMinuteMs = 60'000;
}  // namespace

int64_t RateLimit::Take(const std::string& key, Time now) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kKeysMax && !buckets_.contains(key)) {
    std::erase_if(buckets_, [&](const auto& entry) {
      return now - entry.second.at > std::chrono::minutes(1);
    });
    if (buckets_.size() >= kKeysMax) return kMinuteMs;
  }
  const int64_t full = per_minute_ * kOne;
  Bucket& bucket = buckets_.try_emplace(key, Bucket{full, now}).first->second;
  const int64_t passed_us =
      std::clamp<int64_t>((now - bucket.at).count(), 0, kOne);  // a minute fills it
  bucket.filled = std::min(full, bucket.filled + passed_us * per_minute_);
  bucket.at = now;
  if (bucket.filled >= kOne) {
    bucket.filled -= kOne;
    return 0;
  }
  const int64_t per_ms = per_minute_ * 1000;
  return (kOne - bucket.filled + per_ms - 1) / per_ms;
}

}  // namespace muara::chat
