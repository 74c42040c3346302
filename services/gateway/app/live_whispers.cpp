#include "services/gateway/app/live_whispers.h"

namespace muara::gateway {
namespace {

constexpr int kListenMs = 500;  // a stop waits for it
constexpr std::chrono::milliseconds kAwayRest(1000);
// So often at most, and so many at once.
constexpr std::chrono::milliseconds kRest(100);
constexpr size_t kToldAtOnceMax = 100;
// Facts come by their log alone, whatever somebody whispers.
constexpr const char* kType = "muara.ticket.v1.TicketViewed";

}  // namespace

LiveWhispers::LiveWhispers(const bus::RedisAddress& redis, const std::string& secret,
                           std::function<void(const LiveFact&)> tell)
    : ear_(redis, "ticket", secret), tell_(std::move(tell)) {}

LiveWhispers::~LiveWhispers() { Stop(); }

void LiveWhispers::Start() {
  thread_ = std::thread([this] { Run(); });
}

void LiveWhispers::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LiveWhispers::Rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return stopping_; });
}

void LiveWhispers::Run() {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const auto heard = ear_.Listen(kListenMs);
    if (heard.ok()) Pass(*heard);
    if (!heard.ok() || !heard->empty()) Rest(heard.ok() ? kRest : kAwayRest);
  }
}

void LiveWhispers::Pass(const std::vector<std::string>& heard) {
  const size_t first = heard.size() > kToldAtOnceMax ? heard.size() - kToldAtOnceMax : 0;
  for (size_t i = first; i < heard.size(); ++i) {
    const auto fact = wire::ToLiveFact(heard[i]);
    if (fact && fact->type == kType) tell_(*fact);
  }
}

}  // namespace muara::gateway
