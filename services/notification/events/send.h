// Asks the connectors: which one by the delivery's channel, with the policy that it tells of
// itself.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "libs/rpc/client.h"
#include "services/notification/app/courier.h"

namespace muara::notification {

// Thread-safe.
class Connectors {
 public:
  // Clients must outlive it.
  explicit Connectors(std::map<Channel, rpc::Client*> clients) : clients_(std::move(clients)) {}
  Sent Send(const Delivery& delivery);

 private:
  // Would the provider drop a second message under the same id? Asked once.
  bool Deduplicates(Channel channel);

  const std::map<Channel, rpc::Client*> clients_;
  std::mutex mutex_;
  std::map<Channel, bool> deduplicates_;
};

}  // namespace muara::notification
