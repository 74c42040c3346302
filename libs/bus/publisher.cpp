#include "libs/bus/publisher.h"

#include <algorithm>
#include <optional>

#include "libs/bus/sequencer.h"
#include "libs/log/log.h"

namespace muara::bus {
namespace {

constexpr int kBatch = 256;
constexpr int kAnswerMsMax = 2000;
constexpr Duration kRetryMax = std::chrono::seconds(2);
constexpr Duration kTrimEvery = std::chrono::seconds(5);
constexpr Duration kPruneEvery = std::chrono::minutes(10);
// A reader that has not told its checkpoint for so long no longer holds back the trimming.
constexpr Duration kReaderForgotten = std::chrono::hours(24);
constexpr Duration kKeysKept = std::chrono::hours(24 * 30);  // of operations
// A replica that had read the old bytes may publish them after their copy was taken back.
constexpr Duration kTakeBackAgain = std::chrono::minutes(1);
constexpr int64_t kPruneRows = 1000;  // in one transaction, so that nobody waits long for it

int64_t PositionOf(const std::string& id) { return std::strtoll(id.c_str(), nullptr, 10); }

// The smallest of a column, where there is any.
Result<std::optional<int64_t>> Least(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  if ((*rows)[0].IsNull(0)) return std::optional<int64_t>();
  return std::optional<int64_t>((*rows)[0].Int(0));
}

// Drops facts of before `before_us` that every known reader has applied: a slow one is served,
// however late. Always from the beginning on, so that what is kept has no holes.
Result<int64_t> PruneFacts(sql::Tx& tx, int part, int64_t before_us) {
  ASSIGN_OR_RETURN(const auto oldest,
                   Least(tx.Query("SELECT MIN(pos) FROM event_log WHERE part = $1", part)));
  if (!oldest) return int64_t{0};
  ASSIGN_OR_RETURN(const auto young, Least(tx.Query("SELECT MIN(pos) FROM event_log WHERE part = "
                                                    "$1 AND pos IS NOT NULL AND time_us >= $2",
                                                    part, before_us)));
  ASSIGN_OR_RETURN(const auto read,
                   Least(tx.Query("SELECT MIN(pos) FROM log_reader WHERE part = $1", part)));
  int64_t until = *oldest + kPruneRows;
  if (young) until = std::min(until, *young);
  if (read) until = std::min(until, *read + 1);
  return tx.Execute("DELETE FROM event_log WHERE part = $1 AND pos < $2", part, until);
}

Result<int64_t> PruneKeys(sql::Tx& tx, int64_t before_us) {
  return tx.Execute(
      "DELETE FROM operation_key WHERE key IN (SELECT key FROM operation_key WHERE claimed_us < $1 "
      "ORDER BY claimed_us LIMIT $2)",
      before_us, kPruneRows);
}

// Each is due once more, and then done with.
Status NoteTakenBack(sql::Tx& tx, const sql::Rows& rows, Time now) {
  for (const sql::Row& row : rows) {
    const char* next = row.Int(2) == 0
                           ? "UPDATE erased_position SET due_us = $4 WHERE part = $1 AND pos = $2 "
                             "AND due_us = $3"
                           : "DELETE FROM erased_position WHERE part = $1 AND pos = $2 AND "
                             "due_us = $3 AND due_us <= $4";
    const Time due = row.Int(2) == 0 ? now + kTakeBackAgain : now;
    RETURN_IF_ERROR(tx.Post(next, row.Int(0), row.Int(1), row.Int(2), ToMicros(due)));
  }
  return Ok();
}

}  // namespace

Publisher::Publisher(sql::Database& database, EventLog& log, PublisherOptions options,
                     metrics::Registry& metrics)
    : database_(database),
      log_(log),
      options_(std::move(options)),
      seal_(options_.secret),
      metrics_(metrics),
      published_(kParts, -1) {
  // The log may outlive us.
  log_.OnAppend([wake = wake_] { wake->Notify(); });
}

Publisher::~Publisher() { Stop(); }

Status Publisher::Start() {
  auto redis = Redis::Connect(options_.redis, kAnswerMsMax);
  if (redis.ok()) {
    RETURN_IF_ERROR(CheckPolicy(**redis));
    redis_ = std::move(*redis);
  } else if (redis.error().code != Code::kUnavailable) {
    return redis.error();
  }
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Publisher::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_->Notify();
  thread_.join();
}

void Publisher::RunUntilStopped() {
  while (!stopping_) {
    wake_->WaitFor(std::chrono::milliseconds(options_.poll_ms));
    Step();
  }
  Step();
}

void Publisher::Step() {
  for (;;) {
    const auto numbered = Sequence(database_);
    Note("facts wait for their positions", unnumbered_,
         numbered.ok() ? Ok() : Status(numbered.error()));
    if (!numbered.ok() || *numbered == 0) break;
  }
  const Time now = SystemClock().Now();
  if (now < retry_at_) return;
  Status status = PublishAll();
  if (status.ok() && now >= trim_at_) {
    trim_at_ = now + kTrimEvery;
    status = Trim();
  }
  Note("facts wait for Redis", unpublished_, status);
  if (status.ok()) {
    retry_wait_ = Duration(0);
  } else {
    // Whatever went wrong: a new connection, and ask anew what is there.
    redis_.reset();
    std::fill(published_.begin(), published_.end(), -1);
    retry_wait_ = std::min(kRetryMax, retry_wait_ * 2 + std::chrono::milliseconds(50));
    retry_at_ = now + retry_wait_;
    metrics_.Count("muara_bus_publish_failures_total", {{"topic", log_.topic()}});
  }
  if (now >= prune_at_) {
    prune_at_ = now + kPruneEvery;
    if (const Status pruned = Prune(); !pruned.ok()) log::Failed("pruning", pruned.error());
  }
}

void Publisher::Note(const char* trouble, bool& on, const Status& status) {
  if (status.ok() && on) log::Info(std::string("over: ") + trouble, {{"topic", log_.topic()}});
  if (!status.ok() && !on) log::Failed(trouble, status.error());
  on = !status.ok();
}

Status Publisher::PublishAll() {
  if (redis_ == nullptr) {
    ASSIGN_OR_RETURN(redis_, Redis::Connect(options_.redis, kAnswerMsMax));
    RETURN_IF_ERROR(CheckPolicy(*redis_));
  }
  ASSIGN_OR_RETURN(const std::vector<int64_t> heads, log_.Heads());
  // Before what was told of it is published: who reads that finds no older bytes beside it.
  RETURN_IF_ERROR(TakeBackErased());
  for (int part = 0; part < kParts; ++part) {
    if (published_[part] < 0) RETURN_IF_ERROR(FindPublished(part));
    if (published_[part] > heads[part]) RETURN_IF_ERROR(ResetStream(part, heads[part]));
    while (published_[part] < heads[part]) RETURN_IF_ERROR(PublishPart(part));
    metrics_.Set("muara_bus_log_head", {{"topic", log_.topic()}, {"part", std::to_string(part)}},
                 static_cast<double>(heads[part]));
  }
  return Ok();
}

// Copies of facts that were rewritten since. Readers meet a hole and read the log.
Status Publisher::TakeBackErased() {
  int64_t taken = kBatch;
  while (taken == kBatch) {
    const Time now = SystemClock().Now();
    ASSIGN_OR_RETURN(const sql::Rows rows, database_.Read([&](sql::Tx& tx) {
      return tx.Query(
          "SELECT part, pos, due_us FROM erased_position WHERE due_us <= $1 "
          "ORDER BY due_us, part, pos LIMIT $2",
          ToMicros(now), kBatch);
    }));
    taken = static_cast<int64_t>(rows.size());
    if (taken == 0) break;
    std::vector<std::vector<std::string>> commands;
    for (const sql::Row& row : rows) {
      commands.push_back({"XDEL",
                          StreamOf(log_.topic(), log_.epoch(), static_cast<int>(row.Int(0))),
                          std::to_string(row.Int(1)) + "-0"});
    }
    ASSIGN_OR_RETURN(const auto replies, redis_->RunAll(commands));
    for (const RedisReply& reply : replies) {
      if (reply.kind == RedisReply::Kind::kError) {
        return MakeError(Code::kUnavailable, "REDIS_REFUSED", reply.text);
      }
    }
    RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) { return NoteTakenBack(tx, rows, now); }));
  }
  return Ok();
}

Status Publisher::FindPublished(int part) {
  ASSIGN_OR_RETURN(const RedisReply reply,
                   redis_->Run({"XINFO", "STREAM", StreamOf(log_.topic(), log_.epoch(), part)}));
  if (reply.kind == RedisReply::Kind::kError) {
    // No such stream: new, or wiped. Readers take what is older from the log.
    ASSIGN_OR_RETURN(const std::vector<int64_t> heads, log_.Heads());
    published_[part] = std::max<int64_t>(0, heads[part] - options_.near_head);
  }
  for (size_t i = 0; i + 1 < reply.list.size(); i += 2) {
    if (reply.list[i].text == "last-generated-id") {
      published_[part] = PositionOf(reply.list[i + 1].text);
    }
  }
  // What the log keeps no more cannot be published, and nobody may wait for it.
  ASSIGN_OR_RETURN(const int64_t oldest, log_.Oldest(part));
  published_[part] = std::max(published_[part], oldest - 1);
  return Ok();
}

// Redis is ahead of the log: someone else wrote there. Readers have seen that the seals are wrong.
Status Publisher::ResetStream(int part, int64_t head) {
  metrics_.Count("muara_bus_stream_resets_total", {{"topic", log_.topic()}});
  log::Warn("a stream held positions that the log never gave, and is begun anew",
            {{"topic", log_.topic()}, {"part", part}, {"head", head}});
  const std::string stream = StreamOf(log_.topic(), log_.epoch(), part);
  const std::string last = std::to_string(std::max<int64_t>(0, head - options_.near_head)) + "-0";
  ASSIGN_OR_RETURN(const auto replies,
                   redis_->RunAll({{"XTRIM", stream, "MAXLEN", "0"}, {"XSETID", stream, last}}));
  if (replies[1].kind == RedisReply::Kind::kError) {
    return MakeError(Code::kUnavailable, "STREAM_NOT_RESET", replies[1].text);
  }
  published_[part] = PositionOf(last);
  return Ok();
}

Status Publisher::PublishPart(int part) {
  ASSIGN_OR_RETURN(const auto entries, log_.Read(part, published_[part] + 1, kBatch));
  const std::string stream = StreamOf(log_.topic(), log_.epoch(), part);
  std::vector<std::vector<std::string>> commands;
  for (const LogEntry& entry : entries) {
    commands.push_back({"XADD", stream, std::to_string(entry.position) + "-0", "e", entry.envelope,
                        "c", seal_.Of(log_.topic(), part, entry.position, entry.envelope)});
  }
  ASSIGN_OR_RETURN(const auto replies, redis_->RunAll(commands));
  for (size_t i = 0; i < replies.size(); ++i) {
    if (replies[i].kind != RedisReply::Kind::kError) continue;
    if (!replies[i].text.starts_with("ERR The ID specified in XADD is equal or smaller")) {
      return MakeError(Code::kUnavailable, "REDIS_REFUSED", replies[i].text);
    }
    // Published before, by another replica or by us: see how far it has got.
    return FindPublished(part);
  }
  if (!entries.empty()) published_[part] = entries.back().position;
  metrics_.Count("muara_bus_published_total", {{"topic", log_.topic()}},
                 static_cast<double>(entries.size()));
  return Ok();
}

Status Publisher::Trim() {
  const int64_t since = ToMicros(SystemClock().Now() - kReaderForgotten);
  const auto slowest = database_.Read([&](sql::Tx& tx) {
    return tx.Query("SELECT part, MIN(pos) FROM log_reader WHERE seen_us > $1 GROUP BY part",
                    since);
  });
  if (!slowest.ok()) return slowest.error();
  std::vector<std::vector<std::string>> commands;
  for (const sql::Row& row : *slowest) {
    commands.push_back({"XTRIM", StreamOf(log_.topic(), log_.epoch(), static_cast<int>(row.Int(0))),
                        "MINID", "~", std::to_string(row.Int(1) + 1)});
  }
  for (int part = 0; part < kParts; ++part) {
    commands.push_back({"XTRIM", StreamOf(log_.topic(), log_.epoch(), part), "MAXLEN", "~",
                        std::to_string(options_.stream_entries_max)});
  }
  ASSIGN_OR_RETURN(const auto replies, redis_->RunAll(commands));
  for (const RedisReply& reply : replies) {
    if (reply.kind == RedisReply::Kind::kError) {
      return MakeError(Code::kUnavailable, "REDIS_REFUSED", reply.text);
    }
  }
  return Ok();
}

Status Publisher::Prune() {
  const Time now = SystemClock().Now();
  for (int part = 0; options_.retention && part < kParts; ++part) {
    const int64_t before_us = ToMicros(now - *options_.retention);
    RETURN_IF_ERROR(PruneAll([&](sql::Tx& tx) { return PruneFacts(tx, part, before_us); }));
  }
  const int64_t before_us = ToMicros(now - kKeysKept);
  return PruneAll([&](sql::Tx& tx) { return PruneKeys(tx, before_us); });
}

// Until less than a full transaction was left to drop.
Status Publisher::PruneAll(const std::function<Result<int64_t>(sql::Tx&)>& prune) {
  int64_t dropped = kPruneRows;
  while (dropped == kPruneRows && !stopping_) {
    ASSIGN_OR_RETURN(dropped, database_.Transact(prune));
  }
  return Ok();
}

}  // namespace muara::bus
