// Applies facts to the consumer's own store: lock, fence, effect and checkpoint are one
// transaction, so that a fact counts once whatever is killed, and a paused worker can do no harm.
//
// Poison: after a start that no clean end came before, each part goes carefully, one fact at a time
// with its try committed before, until it has passed what a crashed batch could have held; then in
// batches, which cost no extra commit. A batch that fails is gone through carefully too. A fact
// that crashed three times or failed for good is copied to dead_letter and its key parked: the
// key's later facts wait in order, other keys flow. What is kept so follows the owner's log where
// that is rewritten (kept_facts.h).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libs/bus/envelope.h"
#include "libs/bus/event_log.h"
#include "libs/metrics/metrics.h"

namespace muara::bus {

// Changes the store through the transaction, and nothing else. kUnavailable, kAborted,
// kDeadlineExceeded and kResourceExhausted are tried again for ever; any other error is for good.
using Handler = std::function<Status(sql::Tx&, const Envelope&)>;

constexpr int kApplyBatchMax = 200;
constexpr int kCrashesMax = 3;

class Applier {
 public:
  Applier(sql::Database& database, std::string topic, metrics::Registry& metrics)
      : database_(database), topic_(std::move(topic)), metrics_(metrics) {}

  void On(const std::string& type, Handler handler) { handlers_[type] = std::move(handler); }

  struct Checkpoints {
    std::string epoch;  // empty: none yet
    std::vector<int64_t> positions;
  };
  Result<Checkpoints> Load() const;
  // Starts at position 0 of an epoch, in every part.
  Status Begin(const std::string& epoch);

  // Begins a part of an epoch after a position: for a reader that comes when the log has dropped
  // its beginning. Changes nothing where the part was begun already.
  Status BeginAfter(int part, const std::string& epoch, int64_t position);

  struct Progress {
    int64_t position = 0;  // the checkpoint now
    bool hole = false;     // the next entry given is not the next position
    bool busy = false;     // another replica is at this part
  };
  // Entries in rising order; those at or below the checkpoint are passed over.
  Result<Progress> Apply(int part, const std::string& epoch, const std::vector<LogEntry>& entries);

  // Says that nothing was left in the middle, so that the next start need not be careful.
  Status End();

  // Applies a parked key's dead letter and what waits behind it, in one transaction; answers how
  // many facts. The first error is answered and nothing is changed; BAD_ENVELOPE where one was
  // emptied.
  Result<int> Replay(const std::string& key);
  // Replays what was parked by an error: a mended build may read it now. What crashed is left
  // until a person clears its `reason`. Answers how many keys are parked still.
  Result<int> ReplayAll();

 private:
  Status Touch(int part);
  // `refused` is set where an entry was: what it changed is waited for, so that it is that one.
  Result<Progress> ApplyBatch(int part, const std::string& epoch,
                              const std::vector<LogEntry>& entries,
                              std::optional<Error>* refused = nullptr);
  Result<Progress> ApplyCarefully(int part, const std::string& epoch, const LogEntry& entry);
  Result<Progress> Bury(int part, const std::string& epoch, const LogEntry& entry,
                        const Error& error);
  Status SetReason(const std::string& key, const std::string& reason);
  Status ApplyOne(sql::Tx& tx, const Envelope& envelope) const;

  sql::Database& database_;
  const std::string topic_;
  metrics::Registry& metrics_;
  std::map<std::string, Handler> handlers_;
  std::map<int, int64_t> careful_until_;  // by part; set when a part is first touched
};

}  // namespace muara::bus
