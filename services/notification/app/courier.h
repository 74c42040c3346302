// Sends what is due: "attempting n" is committed, then the connector is asked under the delivery's
// own id, then the result is committed. One thread looks, a small pool for each channel sends.
#pragma once

#include <functional>

#include "libs/metrics/metrics.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/app/dispatch.h"

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
  Courier(Deliveries& deliveries, const std::vector<Channel>& channels, Send send,
          metrics::Registry& metrics);
  Status Start();
  void Stop() { dispatch_.Stop(); }

 private:
  void SendOne(const std::string& id);

  Deliveries& deliveries_;
  const Send send_;
  metrics::Registry& metrics_;
  Dispatch dispatch_;  // last: its workers use the rest
};

}  // namespace muara::notification
