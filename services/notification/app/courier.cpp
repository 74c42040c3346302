#include "services/notification/app/courier.h"

#include <random>

#include "libs/log/log.h"
#include "libs/log/trace.h"

namespace muara::notification {
namespace {

constexpr int kWorkers = 8;  // of each channel: one that hangs holds up no other
constexpr int kBatch = 64;
constexpr auto kIdle = std::chrono::milliseconds(200);
constexpr Duration kEndpointWait = std::chrono::minutes(1);
constexpr Duration kTakeUpEvery = std::chrono::seconds(10);

double Jitter() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

const char* Name(Sent::Outcome outcome) {
  switch (outcome) {
    case Sent::Outcome::kAccepted:
      return "accepted";
    case Sent::Outcome::kTryAgain:
      return "try_again";
    case Sent::Outcome::kFinal:
      return "final";
    case Sent::Outcome::kEndpoint:
      return "endpoint";
    case Sent::Outcome::kUnknown:
      return "unknown";
  }
  return "";
}

void Apply(const Sent& sent, Delivery& delivery, Time now) {
  switch (sent.outcome) {
    case Sent::Outcome::kAccepted:
      return delivery.Accepted(sent.provider_message_id, now);
    case Sent::Outcome::kTryAgain:
      return delivery.TryAgain(sent.reason, Duration(0), Jitter(), now);
    case Sent::Outcome::kEndpoint:
      return delivery.TryAgain(sent.reason, kEndpointWait, Jitter(), now);
    case Sent::Outcome::kFinal:
      return delivery.Failed(sent.reason, now);
    case Sent::Outcome::kUnknown:
      return delivery.Unknown(sent.reason, now);
  }
}

}  // namespace

Courier::Courier(Deliveries& deliveries, std::vector<Channel> channels, Send send,
                 metrics::Registry& metrics)
    : deliveries_(deliveries),
      channels_(std::move(channels)),
      send_(std::move(send)),
      metrics_(metrics) {}

Status Courier::Start() {
  for (const Channel channel : channels_) {
    pools_[channel] = std::make_unique<WorkerPool>(kWorkers, kBatch);
  }
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Courier::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  deliveries_.wake().Notify();
  thread_.join();
  pools_.clear();  // finishes what is under way
}

void Courier::RunUntilStopped() {
  Time take_up_at;
  while (!stopping_) {
    if (const Time now = SystemClock().Now(); now >= take_up_at) {
      take_up_at = now + kTakeUpEvery;
      const auto taken = deliveries_.TakeUpAbandoned();
      if (!taken.ok()) log::Failed("abandoned deliveries wait", taken.error());
    }
    int posted = 0;
    for (const auto& [channel, pool] : pools_) {
      const auto some = PostDue(channel, *pool);
      if (!some.ok()) log::Failed("deliveries wait", some.error());
      posted += some.ok() ? *some : 0;
    }
    if (posted == 0) deliveries_.wake().WaitFor(kIdle);
  }
}

Result<int> Courier::PostDue(Channel channel, WorkerPool& pool) {
  ASSIGN_OR_RETURN(const auto due, deliveries_.ListDue(channel, kBatch));
  int posted = 0;
  for (const std::string& id : due) {
    {
      const std::lock_guard lock(mutex_);
      if (!under_way_.insert(id).second) continue;
    }
    if (pool.Post([this, id] { SendOne(id); })) {
      ++posted;
      continue;
    }
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
    break;  // the pool is full: its end wakes us
  }
  return posted;
}

void Courier::SendOne(const std::string& id) {
  const auto begun = deliveries_.Begin(id);
  if (begun.ok() && begun->has_value()) {
    const Delivery& delivery = **begun;
    const trace::Scope scope(trace::FromTraceparent(delivery.traceparent));
    const Sent sent = send_(delivery);
    metrics_.Count("muara_deliveries_total", {{"outcome", Name(sent.outcome)}});
    log::Info("delivery", {{"delivery_id", id},
                           {"attempt", delivery.attempts},
                           {"outcome", Name(sent.outcome)},
                           {"reason", sent.reason}});
    const Status finished = deliveries_.Finish(
        delivery, [&](Delivery& changed, Time now) { Apply(sent, changed, now); });
    if (!finished.ok()) log::Failed("a delivery's result waits", finished.error());
  } else if (!begun.ok()) {
    log::Failed("a delivery waits", begun.error());
  }
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
  }
  deliveries_.wake().Notify();
}

}  // namespace muara::notification
