// The log of a topic's owner as its readers know it, wherever the owner is: in this process, or
// behind a call (libs/service/remote_log.h). Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/event_log.h"

namespace muara::bus {

class OwnerLog {
 public:
  virtual ~OwnerLog() = default;

  struct Page {
    std::string epoch;
    std::vector<LogEntry> entries;
    int64_t head = 0;  // the part's last position
  };
  // Entries `from`, `from` + 1 ... of a part; 500 where `limit` is 0, never more than 1000.
  // INVALID_ARGUMENT for a part or position that cannot be, LOG_TRIMMED where they are gone.
  virtual Result<Page> Read(int part, int64_t from, int limit) const = 0;

  struct Heads {
    std::string epoch;
    std::vector<int64_t> positions;  // index: part
  };
  virtual Result<Heads> Head() const = 0;

  // How far a consumer (1 to 100 bytes) has applied each part: nothing before that is trimmed from
  // Redis while it is known to live. OTHER_EPOCH where these are positions of another log.
  virtual Status ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                                   const std::vector<int64_t>& positions) const = 0;
};

// The owner's own.
class LocalLog : public OwnerLog {
 public:
  // Both must outlive it.
  LocalLog(sql::Database& database, const EventLog& log) : database_(database), log_(log) {}
  Result<Page> Read(int part, int64_t from, int limit) const override;
  Result<Heads> Head() const override;
  Status ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                           const std::vector<int64_t>& positions) const override;

 private:
  sql::Database& database_;
  const EventLog& log_;
};

}  // namespace muara::bus
