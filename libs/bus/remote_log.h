// The owner's log as other services reach it: muara.event.v1.EventLog over gRPC. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "libs/rpc/client.h"

namespace muara::bus {

class RemoteLog {
 public:
  explicit RemoteLog(rpc::Client& owner) : owner_(owner) {}

  struct Page {
    std::string epoch;
    std::vector<LogEntry> entries;
    int64_t head = 0;
  };
  Result<Page> Read(int part, int64_t from, int limit) const;

  struct Heads {
    std::string epoch;
    std::vector<int64_t> positions;  // index: part
  };
  Result<Heads> Head() const;

  Status ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                           const std::vector<int64_t>& positions) const;

 private:
  rpc::Client& owner_;
};

}  // namespace muara::bus
