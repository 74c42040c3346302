// Sends what is due: "attempting n" is committed, then the connector is asked under the delivery's
// own id, then the result is committed. One thread looks, a small pool for each channel sends.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "libs/base/worker_pool.h"
#include "libs/metrics/metrics.h"
#include "services/notification/app/deliveries.h"

namespace muara::notification {

struct Sent {
  enum class Outcome {
    kAccepted,
    kTryAgain,  // refused for now, or the connector is away: asking again is safe
    kFinal,     // never
    kEndpoint,  // nothing goes out there until someone mends it
    kUnknown,   // sent, answer lost, and the provider would deliver it twice
  };
  Outcome outcome = Outcome::kTryAgain;
  std::string provider_message_id;
  std::string reason;
};

class Courier {
 public:
  using Send = std::function<Sent(const Delivery&)>;

  // Sends what goes out by these channels.
  Courier(Deliveries& deliveries, std::vector<Channel> channels, Send send,
          metrics::Registry& metrics);
  ~Courier() { Stop(); }
  Status Start();
  void Stop();

 private:
  void RunUntilStopped();
  Result<int> PostDue(Channel channel, WorkerPool& pool);
  void SendOne(const std::string& id);

  Deliveries& deliveries_;
  const std::vector<Channel> channels_;
  const Send send_;
  metrics::Registry& metrics_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::set<std::string> under_way_;  // posted to a pool
  std::map<Channel, std::unique_ptr<WorkerPool>> pools_;
  std::thread thread_;
};

}  // namespace muara::notification
