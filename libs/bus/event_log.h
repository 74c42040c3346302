// The owner's log: the truth about its facts. A change appends in its own transaction; positions of
// a part are dense (1, 2, 3 ...) and are never given twice. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/bus/schema.h"
#include "libs/sql/database.h"

namespace muara::bus {

struct Fact {
  std::string key;   // whose order is kept
  std::string type;  // full name of the message
  std::string data;  // its bytes
};

struct LogEntry {
  int64_t position = 0;
  std::string envelope;  // serialised, byte for byte as written
};

// A fact as one of those of its key.
struct KeyEntry {
  int64_t version = 0;  // 1, 2, 3 ... of the key
  std::string envelope;
};

// What a fact's bytes are from now on; none: what they are.
using Rewriter =
    std::function<std::optional<std::string>(const std::string& type, const std::string& data)>;
// What became of some facts of a key.
struct RewrittenFacts {
  int rewritten = 0;
  int64_t next = 0;  // the version to go on with; 0: there were none
};

class EventLog {
 public:
  // `topic` is the owner's name. Makes the tables and the epoch where they are missing.
  static Result<std::unique_ptr<EventLog>> Open(sql::Database& database, const std::string& topic);

  // Within the change's own transaction. The key's version grows by one; writers of one key queue.
  Status Append(sql::Tx& tx, const Fact& fact, Time now) const;
  // Several, in this order, for one round trip more than none.
  Status Append(sql::Tx& tx, const std::vector<Fact>& facts, Time now) const;

  // Positions `from`, `from` + 1 ... of a part, at most `limit` and about 16 MiB, but one at least.
  // LOG_TRIMMED where they are gone; its metadata `oldest` is the first that is kept.
  Result<std::vector<LogEntry>> Read(int part, int64_t from, int limit) const;
  // The facts of a key from this version on, told until this moment; at most `limit` and about 16
  // MiB, but one at least. What was pruned is missing at the beginning.
  Result<std::vector<KeyEntry>> OfKey(sql::Tx& tx, const std::string& key, int64_t from, int limit,
                                      std::optional<Time> until) const;
  // The last ones told until this moment, newest first.
  Result<std::vector<KeyEntry>> LatestOfKey(sql::Tx& tx, const std::string& key, Time until,
                                            int limit) const;
  // Words that must go: other bytes for facts of a key from this version on, `limit` at most,
  // within the change's own transaction. Position, type, key, version, id and time stay. Their
  // copies in Redis go after the commit, and whoever has not read them yet reads them here.
  Result<RewrittenFacts> RewriteOfKey(sql::Tx& tx, const std::string& key, int64_t from, int limit,
                                      const Rewriter& rewrite) const;
  // All facts of a key that has few.
  Status RewriteAllOfKey(sql::Tx& tx, const std::string& key, const Rewriter& rewrite) const;
  // The first position of a part that is kept; the next to be given where none is.
  Result<int64_t> Oldest(int part) const;
  // The first position of a part that is kept and was told at this time or later; the next to be
  // given where none was.
  Result<int64_t> FirstSince(int part, Time time) const;
  // The last position of each part.
  Result<std::vector<int64_t>> Heads() const;

  const std::string& topic() const { return topic_; }
  const std::string& epoch() const { return epoch_; }

  // Called after each commit that appended or rewrote; set once, before anything is appended.
  void OnAppend(std::function<void()> action) { on_append_ = std::move(action); }

 private:
  EventLog(sql::Database& database, std::string topic, std::string epoch)
      : database_(database), topic_(std::move(topic)), epoch_(std::move(epoch)) {}

  sql::Database& database_;
  const std::string topic_;
  const std::string epoch_;
  std::function<void()> on_append_;
};

}  // namespace muara::bus
