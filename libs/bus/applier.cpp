#include "libs/bus/applier.h"

#include <set>

#include "libs/log/log.h"
#include "libs/log/trace.h"

namespace muara::bus {
namespace {

constexpr const char* kCrashed = "CRASHED";

bool IsPassing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kAborted ||
         error.code == Code::kDeadlineExceeded || error.code == Code::kResourceExhausted;
}

// Nothing: another replica holds the row, or the epoch is not ours any more.
Result<std::optional<int64_t>> Lock(sql::Tx& tx, const std::string& topic, int part,
                                    const std::string& epoch) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT pos FROM checkpoint WHERE topic = $1 AND part = $2 AND "
                            "epoch = $3 FOR UPDATE SKIP LOCKED",
                            topic, part, epoch));
  if (rows.empty()) return std::optional<int64_t>();
  return std::optional<int64_t>(rows[0].Int(0));
}

Status Advance(sql::Tx& tx, const std::string& topic, int part, int64_t from, int64_t to) {
  ASSIGN_OR_RETURN(const int64_t moved,
                   tx.Execute("UPDATE checkpoint SET pos = $4, attempts = 0 WHERE topic = $1 AND "
                              "part = $2 AND pos = $3",
                              topic, part, from, to));
  if (moved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "another replica moved the checkpoint");
}

Result<std::set<std::string>> ParkedKeys(sql::Tx& tx, const std::string& topic, int part) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT key FROM dead_letter WHERE topic = $1 AND part = $2", topic, part));
  std::set<std::string> keys;
  for (const sql::Row& row : rows) keys.insert(row.Text(0));
  return keys;
}

Status Park(sql::Tx& tx, const std::string& topic, int part, const LogEntry& entry,
            const std::string& key) {
  return tx.Post(
      "INSERT INTO parked (topic, part, pos, key, envelope) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      topic, part, entry.position, key, sql::Blob{entry.envelope});
}

}  // namespace

Result<Applier::Checkpoints> Applier::Load() const {
  return database_.Read([&](sql::Tx& tx) -> Result<Checkpoints> {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT part, epoch, pos FROM checkpoint WHERE topic = $1", topic_));
    Checkpoints checkpoints{"", std::vector<int64_t>(kParts, 0)};
    for (const sql::Row& row : rows) {
      checkpoints.epoch = row.Text(1);
      checkpoints.positions.at(row.Int(0)) = row.Int(2);
    }
    return checkpoints;
  });
}

Status Applier::Begin(const std::string& epoch) {
  careful_until_.clear();
  return database_.Transact([&](sql::Tx& tx) -> Status {
    for (int part = 0; part < kParts; ++part) {
      RETURN_IF_ERROR(tx.Post(
          "INSERT INTO checkpoint (topic, part, epoch, pos, attempts) VALUES ($1, $2, $3, 0, 0) "
          "ON CONFLICT (topic, part) DO UPDATE SET epoch = $3, pos = 0, attempts = 0 "
          "WHERE checkpoint.epoch <> $3",
          topic_, part, epoch));
    }
    return Ok();
  });
}

Status Applier::BeginAfter(int part, const std::string& epoch, int64_t position) {
  return database_.Transact([&](sql::Tx& tx) -> Status {
    return tx.Post(
        "UPDATE checkpoint SET pos = $4 WHERE topic = $1 AND part = $2 AND epoch = $3 "
        "AND pos = 0",
        topic_, part, epoch, position);
  });
}

Status Applier::ApplyOne(sql::Tx& tx, const Envelope& envelope) const {
  const auto handler = handlers_.find(envelope.type);
  if (handler == handlers_.end()) return Ok();  // not for us, or newer than we are
  const trace::Scope scope(trace::FromTraceparent(envelope.traceparent));
  return handler->second(tx, envelope);
}

// Whoever was here before and did not say that it ended may have crashed.
Status Applier::Touch(int part) {
  if (careful_until_.contains(part)) return Ok();
  ASSIGN_OR_RETURN(careful_until_[part], database_.Transact([&](sql::Tx& tx) -> Result<int64_t> {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT pos, begun FROM checkpoint WHERE topic = $1 AND part = $2 "
                              "FOR UPDATE",
                              topic_, part));
    if (rows.empty()) return MakeError(Code::kInternal, "NO_CHECKPOINT", "nothing was begun");
    if (rows[0].Int(1) == 1) return rows[0].Int(0) + kApplyBatchMax;
    RETURN_IF_ERROR(
        tx.Post("UPDATE checkpoint SET begun = 1 WHERE topic = $1 AND part = $2", topic_, part));
    return int64_t{0};
  }));
  return Ok();
}

Status Applier::End() {
  careful_until_.clear();
  return database_.Transact([&](sql::Tx& tx) {
    return tx.Post("UPDATE checkpoint SET begun = 0 WHERE topic = $1 AND begun = 1", topic_);
  });
}

Result<Applier::Progress> Applier::Apply(int part, const std::string& epoch,
                                         const std::vector<LogEntry>& entries) {
  if (entries.empty()) return MakeError(Code::kInternal, "NOTHING_TO_APPLY", "no entries");
  RETURN_IF_ERROR(Touch(part));
  int64_t& careful_until = careful_until_[part];
  Progress progress;
  size_t next = 0;
  while (next < entries.size()) {
    if (entries[next].position <= careful_until) {
      ASSIGN_OR_RETURN(progress, ApplyCarefully(part, epoch, entries[next]));
    } else {
      const size_t size = std::min<size_t>(kApplyBatchMax, entries.size() - next);
      const std::vector<LogEntry> batch(entries.begin() + next, entries.begin() + next + size);
      auto applied = ApplyBatch(part, epoch, batch);
      if (!applied.ok() && !IsPassing(applied.error())) {
        // One of them is bad, and its change may have failed only later: each by itself now.
        careful_until = batch.back().position;
        continue;
      }
      if (!applied.ok()) return applied.error();
      progress = *applied;
    }
    if (progress.busy || progress.hole) return progress;
    while (next < entries.size() && entries[next].position <= progress.position) ++next;
  }
  return progress;
}

Result<Applier::Progress> Applier::ApplyBatch(int part, const std::string& epoch,
                                              const std::vector<LogEntry>& entries,
                                              std::optional<Error>* refused) {
  return database_.Transact([&](sql::Tx& tx) -> Result<Progress> {
    ASSIGN_OR_RETURN(const auto locked, Lock(tx, topic_, part, epoch));
    if (!locked) return Progress{.busy = true};
    ASSIGN_OR_RETURN(const auto parked, ParkedKeys(tx, topic_, part));
    Progress progress{.position = *locked};
    for (const LogEntry& entry : entries) {
      if (entry.position <= progress.position) continue;
      if (entry.position != progress.position + 1) {
        progress.hole = true;
        break;
      }
      const auto envelope = ParseEnvelope(entry.envelope);
      Status status = envelope ? Ok() : Status(MakeError(Code::kInternal, "BAD_ENVELOPE", ""));
      if (envelope) {
        status = parked.contains(envelope->subject)
                     ? Park(tx, topic_, part, entry, envelope->subject)
                     : ApplyOne(tx, *envelope);
      }
      if (status.ok() && refused != nullptr) status = tx.Settle();
      if (!status.ok()) {
        if (refused != nullptr) *refused = status.error();
        return status.error();
      }
      progress.position = entry.position;
    }
    if (progress.position > *locked) {
      RETURN_IF_ERROR(Advance(tx, topic_, part, *locked, progress.position));
    }
    return progress;
  });
}

Result<Applier::Progress> Applier::ApplyCarefully(int part, const std::string& epoch,
                                                  const LogEntry& entry) {
  // The try counts even if applying it ends this process.
  auto tried = database_.Transact([&](sql::Tx& tx) -> Result<Progress> {
    ASSIGN_OR_RETURN(const auto locked, Lock(tx, topic_, part, epoch));
    if (!locked) return Progress{.busy = true};
    if (entry.position != *locked + 1) {
      return Progress{.position = *locked, .hole = entry.position > *locked};
    }
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("UPDATE checkpoint SET attempts = attempts + 1 WHERE topic = $1 AND "
                              "part = $2 RETURNING attempts",
                              topic_, part));
    if (rows[0].Int(0) > kCrashesMax) {
      return MakeError(Code::kInternal, kCrashed, "applying it ended the process several times");
    }
    return Progress{.position = *locked};
  });
  if (!tried.ok()) {
    if (tried.error().reason != kCrashed) return tried.error();
    return Bury(part, epoch, entry, tried.error());
  }
  if (tried->busy || tried->hole || entry.position <= tried->position) return tried;
  std::optional<Error> refused;
  auto applied = ApplyBatch(part, epoch, {entry}, &refused);
  if (applied.ok()) return applied;
  if (refused && !IsPassing(*refused)) return Bury(part, epoch, entry, *refused);
  // A passing error is no crash: this try does not count.
  RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) {
    return tx.Execute(
        "UPDATE checkpoint SET attempts = 0 WHERE topic = $1 AND part = $2 AND "
        "pos = $3",
        topic_, part, entry.position - 1);
  }));
  return applied.error();
}

Result<Applier::Progress> Applier::Bury(int part, const std::string& epoch, const LogEntry& entry,
                                        const Error& error) {
  log::Failed("a fact cannot be applied: its key is parked", error);
  metrics_.Count("muara_bus_dead_letters_total", {{"topic", topic_}, {"reason", error.reason}});
  return database_.Transact([&](sql::Tx& tx) -> Result<Progress> {
    ASSIGN_OR_RETURN(const auto locked, Lock(tx, topic_, part, epoch));
    if (!locked) return Progress{.busy = true};
    if (entry.position != *locked + 1) return Progress{.position = *locked};
    const auto envelope = ParseEnvelope(entry.envelope);
    const std::string fallback =
        "bad/" + std::to_string(part) + "/" + std::to_string(entry.position);
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO dead_letter (event_id, topic, part, pos, key, type, reason, envelope, "
                "time_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
                envelope ? envelope->id : fallback, topic_, part, entry.position,
                envelope ? envelope->subject : fallback, envelope ? envelope->type : "",
                error.reason, sql::Blob{entry.envelope}, ToMicros(SystemClock().Now())));
    RETURN_IF_ERROR(Advance(tx, topic_, part, *locked, entry.position));
    return Progress{.position = entry.position};
  });
}

Result<int> Applier::Replay(const std::string& key) {
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    // The part's checkpoint is locked, so that no newer fact of the key is parked meanwhile.
    RETURN_IF_ERROR(tx.Query("SELECT pos FROM checkpoint WHERE topic = $1 AND part = $2 FOR UPDATE",
                             topic_, PartOf(key)));
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT pos, envelope FROM dead_letter WHERE topic = $1 AND key = $2 "
                              "UNION ALL SELECT pos, envelope FROM parked WHERE topic = $1 AND "
                              "key = $2 ORDER BY 1",
                              topic_, key));
    for (const sql::Row& row : rows) {
      const auto envelope = ParseEnvelope(row.Bytes(1));
      if (!envelope) return MakeError(Code::kFailedPrecondition, "BAD_ENVELOPE", "cannot be read");
      RETURN_IF_ERROR(ApplyOne(tx, *envelope));
    }
    RETURN_IF_ERROR(tx.Post("DELETE FROM dead_letter WHERE topic = $1 AND key = $2", topic_, key));
    RETURN_IF_ERROR(tx.Post("DELETE FROM parked WHERE topic = $1 AND key = $2", topic_, key));
    return static_cast<int>(rows.size());
  });
}

Status Applier::SetReason(const std::string& key, const std::string& reason) {
  return database_.Transact([&](sql::Tx& tx) -> Status {
    return tx.Post("UPDATE dead_letter SET reason = $3 WHERE topic = $1 AND key = $2", topic_, key,
                   reason);
  });
}

Result<int> Applier::ReplayAll() {
  ASSIGN_OR_RETURN(const sql::Rows keys, database_.Read([&](sql::Tx& tx) {
    return tx.Query("SELECT DISTINCT key FROM dead_letter WHERE topic = $1 AND reason <> $2",
                    topic_, kCrashed);
  }));
  int parked = 0;
  for (const sql::Row& row : keys) {
    const std::string key = row.Text(0);
    // The try counts even if it ends this process: the next start passes it over.
    RETURN_IF_ERROR(SetReason(key, kCrashed));
    const auto replayed = Replay(key);
    if (replayed.ok()) continue;
    RETURN_IF_ERROR(SetReason(key, replayed.error().reason));
    if (IsPassing(replayed.error())) return replayed.error();
    ++parked;
  }
  return parked;
}

}  // namespace muara::bus
