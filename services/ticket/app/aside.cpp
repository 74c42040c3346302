#include "services/ticket/app/aside.h"

#include "libs/log/log.h"

namespace muara::ticket {

int Aside::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(waits_.size());
}

Time Aside::AgainAt(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = waits_.find(id);
  return found == waits_.end() ? Time::min() : found->second.again;
}

void Aside::Forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  waits_.erase(id);
}

void Aside::Put(const std::string& id, const Error& error, Time now) {
  const std::lock_guard lock(mutex_);
  // Not asked for again when they could have been: not due any more.
  std::erase_if(waits_, [&](const auto& one) { return one.second.again + kAsideLongest < now; });
  Wait wait;
  if (waits_.contains(id) || waits_.size() < kAsideMax) {
    Wait& kept = waits_[id];
    kept.length = std::clamp(kept.length * 2, kAsideFirst, kAsideLongest);
    kept.again = now + kept.length;
    wait = kept;
  }
  log::Write(
      log::Level::kError, what_,
      {{"id", id},
       {"code", CodeName(error.code)},
       {"reason", error.reason},
       {"wait_ms", std::chrono::duration_cast<std::chrono::milliseconds>(wait.length).count()}});
}

}  // namespace muara::ticket
