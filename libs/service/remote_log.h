// The log of another service: muara.event.v1.EventLog over gRPC. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/owner_log.h"
#include "libs/rpc/client.h"

namespace muara::service {

class RemoteLog : public bus::OwnerLog {
 public:
  explicit RemoteLog(rpc::Client& owner) : owner_(owner) {}
  Result<Page> Read(int part, int64_t from, int limit) const override;
  Result<Heads> Head() const override;
  Status ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                           const std::vector<int64_t>& positions) const override;

 private:
  rpc::Client& owner_;
};

}  // namespace muara::service
