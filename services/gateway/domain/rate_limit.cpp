#include "services/gateway/domain/rate_limit.h"

#include <algorithm>

namespace muara::gateway {
namespace {
constexpr size_t kKeysMax = 10'000;
constexpr double kMicrosPerMinute = 60e6;
}  // namespace

bool RateLimit::Take(const std::string& key, Time now) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kKeysMax && !buckets_.contains(key)) Forget(now);
  if (buckets_.size() >= kKeysMax && !buckets_.contains(key)) return false;
  const double full = per_minute_;
  auto [found, is_new] = buckets_.try_emplace(key, Bucket{full, now});
  Bucket& bucket = found->second;
  const auto passed = static_cast<double>(std::max<int64_t>(0, (now - bucket.at).count()));
  bucket.tokens = std::min(full, bucket.tokens + passed * full / kMicrosPerMinute);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void RateLimit::GiveBack(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return;
  found->second.tokens = std::min<double>(per_minute_, found->second.tokens + 1);
}

void RateLimit::Forget(Time now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return now - entry.second.at > std::chrono::minutes(1); });
}

}  // namespace muara::gateway
