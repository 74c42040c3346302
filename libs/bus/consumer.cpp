#include "libs/bus/consumer.h"

#include <algorithm>
#include <random>

#include "libs/log/log.h"

namespace muara::bus {
namespace {

constexpr int kReadMax = 200;  // entries of a stream at once
constexpr Duration kRedisRetry = std::chrono::milliseconds(500);
constexpr Duration kWaitMax = std::chrono::seconds(2);

Duration Jitter(Duration wait) {
  thread_local std::minstd_rand random(std::random_device{}());
  return wait / 2 + Duration(random() % (wait.count() / 2 + 1));
}

std::optional<LogEntry> ParseEntry(const RedisReply& entry, std::string* seal) {
  // [id, [name, value, ...]]
  if (entry.list.size() != 2) return std::nullopt;
  LogEntry out;
  const std::string& id = entry.list[0].text;
  out.position = std::strtoll(id.c_str(), nullptr, 10);
  if (!id.ends_with("-0")) return std::nullopt;
  const auto& fields = entry.list[1].list;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i].text == "e") out.envelope = fields[i + 1].text;
    if (fields[i].text == "c") *seal = fields[i + 1].text;
  }
  return out;
}

// Under which our checkpoints are kept.
const std::string& NameOf(const ConsumerOptions& options) {
  return options.checkpoint.empty() ? options.topic : options.checkpoint;
}

}  // namespace

Consumer::Consumer(sql::Database& database, const OwnerLog& owner, ConsumerOptions options,
                   metrics::Registry& metrics)
    : options_(std::move(options)),
      seal_(options_.secret),
      owner_(owner),
      metrics_(metrics),
      applier_(database, NameOf(options_), metrics),
      kept_(database, NameOf(options_)) {}

Consumer::~Consumer() { Stop(); }

void Consumer::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
}

void Consumer::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
}

std::string Consumer::stopped_reason() const {
  const std::lock_guard lock(mutex_);
  return stopped_reason_;
}

void Consumer::RunUntilStopped() {
  while (!stopping_) {
    const Status status = epoch_.empty() ? Join() : Step();
    if (status.ok()) {
      wait_ = Duration(0);
      if (!trouble_.empty()) log::Info("facts are applied again", {{"topic", options_.topic}});
      trouble_.clear();
      continue;
    }
    wait_ = std::min(kWaitMax, wait_ * 2 + std::chrono::milliseconds(20));
    metrics_.Count("muara_bus_consume_failures_total",
                   {{"topic", options_.topic}, {"reason", status.error().reason}});
    if (trouble_ != status.error().reason) {
      trouble_ = status.error().reason;
      log::Warn("facts wait to be applied", {{"topic", options_.topic}, {"reason", trouble_}});
    }
    wake_.WaitFor(std::chrono::duration_cast<std::chrono::milliseconds>(Jitter(wait_)));
  }
  Report();
  if (const Status ended = applier_.End(); !ended.ok()) {
    log::Failed("the next start will be careful", ended.error());
  }
}

void Consumer::StandStill(const char* reason, const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_reason_ == reason) return;  // said already
    stopped_reason_ = reason;
  }
  metrics_.Set("muara_bus_topic_stopped", {{"topic", options_.topic}}, 1);
  log::Write(log::Level::kError, message, {{"topic", options_.topic}, {"reason", reason}});
}

// Finds out where we are, and whether the owner's log is still the one we know.
Status Consumer::Join() {
  ASSIGN_OR_RETURN(Applier::Checkpoints mine, applier_.Load());
  ASSIGN_OR_RETURN(const OwnerLog::Heads heads, owner_.Head());
  if (mine.epoch.empty() || (mine.epoch != heads.epoch && options_.accept_epoch == heads.epoch)) {
    RETURN_IF_ERROR(applier_.Begin(heads.epoch));
    mine = {heads.epoch, std::vector<int64_t>(kParts, 0)};
  }
  const Error stopped = MakeError(Code::kFailedPrecondition, "TOPIC_STOPPED", "see the log");
  if (mine.epoch != heads.epoch) {
    StandStill("OTHER_EPOCH",
               "the owner's log was begun anew (epoch " + heads.epoch +
                   "): check both stores, then start with MUARA_BUS_ACCEPT_EPOCH=" + heads.epoch);
    return stopped;
  }
  for (int part = 0; part < kParts; ++part) {
    if (mine.positions[part] <= heads.positions[part]) continue;
    StandStill("OWNER_RESTORED",
               "our checkpoint is ahead of the owner's log: it was restored from a backup. Restore "
               "this store to the same moment, or begin the owner's log anew");
    return stopped;
  }
  {
    const std::lock_guard lock(mutex_);
    stopped_reason_.clear();
  }
  metrics_.Set("muara_bus_topic_stopped", {{"topic", options_.topic}}, 0);
  RETURN_IF_ERROR(ReplayOnce(mine.epoch));
  positions_ = mine.positions;
  epoch_ = mine.epoch;
  compare_at_ = {};
  return Ok();
}

Status Consumer::Step() {
  const Time now = SystemClock().Now();
  if (now >= report_at_) {
    report_at_ = now + std::chrono::milliseconds(options_.report_ms);
    Report();
  }
  if (now >= refresh_at_) RefreshKept();
  auto some = ReadStreams();
  // Away, or it refuses us: the log serves meanwhile.
  if (!some.ok() && some.error().reason.starts_with("REDIS_")) {
    redis_.reset();
    redis_retry_at_ = SystemClock().Now() + Jitter(kRedisRetry);
    some = false;
  }
  if (!some.ok()) return some.error();
  const bool compare = redis_ == nullptr || SystemClock().Now() >= compare_at_;
  if (*some && !compare) return Ok();
  return compare ? CatchUp() : Ok();
}

// True: something came.
Result<bool> Consumer::ReadStreams() {
  if (redis_ == nullptr) {
    if (SystemClock().Now() < redis_retry_at_) {
      wake_.WaitFor(std::chrono::milliseconds(50));
      return false;
    }
    ASSIGN_OR_RETURN(redis_, Redis::Connect(options_.redis, options_.block_ms + 3000));
    compare_at_ = {};
  }
  std::vector<std::string> command = {
      "XREAD",  "COUNT", std::to_string(kReadMax), "BLOCK", std::to_string(options_.block_ms),
      "STREAMS"};
  for (int part = 0; part < kParts; ++part) {
    command.push_back(StreamOf(options_.topic, epoch_, part));
  }
  for (int part = 0; part < kParts; ++part) {
    command.push_back(std::to_string(positions_[part]) + "-0");
  }
  ASSIGN_OR_RETURN(const RedisReply reply, redis_->Run(command));
  if (reply.kind == RedisReply::Kind::kError) {
    return MakeError(Code::kUnavailable, "REDIS_UNAVAILABLE", reply.text);
  }
  for (const RedisReply& stream : reply.list) {
    if (stream.list.size() != 2) continue;
    int part = 0;
    while (part < kParts && StreamOf(options_.topic, epoch_, part) != stream.list[0].text) ++part;
    if (part == kParts) continue;
    std::vector<LogEntry> entries;
    bool bad = false;
    for (const RedisReply& one : stream.list[1].list) {
      std::string seal;
      const auto entry = ParseEntry(one, &seal);
      bad = !entry || seal != seal_.Of(options_.topic, part, entry->position, entry->envelope);
      if (bad) {
        metrics_.Count("muara_bus_bad_entries_total", {{"topic", options_.topic}});
        break;
      }
      entries.push_back(*entry);
    }
    if (!entries.empty()) RETURN_IF_ERROR(Take(part, entries));
    if (bad) RETURN_IF_ERROR(CatchUpPart(part));
  }
  return !reply.list.empty();
}

Status Consumer::Take(int part, const std::vector<LogEntry>& entries) {
  ASSIGN_OR_RETURN(const Applier::Progress progress, applier_.Apply(part, epoch_, entries));
  if (progress.busy) {
    // Another replica has the part: see where it is, and leave it the time to get on.
    ASSIGN_OR_RETURN(const Applier::Checkpoints now, applier_.Load());
    if (now.epoch != epoch_) epoch_.clear();
    if (now.positions[part] == positions_[part]) wake_.WaitFor(std::chrono::milliseconds(20));
    positions_ = now.positions;
    return Ok();
  }
  positions_[part] = progress.position;
  return progress.hole ? CatchUpPart(part) : Ok();
}

// From the owner's log, up to its head.
Status Consumer::CatchUpPart(int part) {
  while (!stopping_) {
    const auto read = owner_.Read(part, positions_[part] + 1, kReadMax);
    if (!read.ok() && read.error().reason == "LOG_TRIMMED") return BeginLate(part, read.error());
    if (!read.ok()) return read.error();
    const OwnerLog::Page& page = *read;
    if (page.epoch != epoch_ || page.head < positions_[part]) {
      epoch_.clear();  // join again: it says what is wrong
      return Ok();
    }
    if (page.entries.empty()) return Ok();
    metrics_.Count("muara_bus_read_from_log_total", {{"topic", options_.topic}},
                   static_cast<double>(page.entries.size()));
    const int64_t before = positions_[part];
    ASSIGN_OR_RETURN(const Applier::Progress progress, applier_.Apply(part, epoch_, page.entries));
    if (progress.busy) return Ok();
    positions_[part] = progress.position;
    if (positions_[part] == before) return Ok();
  }
  return Ok();
}

// One who comes after the log has dropped its beginning begins with what is kept. The log waits for
// every reader it knows, so whoever was here before has lost its place in it: a person decides.
Status Consumer::BeginLate(int part, const Error& trimmed) {
  int64_t oldest = 0;
  for (const auto& [name, value] : trimmed.metadata) {
    if (name == "oldest") oldest = std::strtoll(value.c_str(), nullptr, 10);
  }
  if (positions_[part] > 0 || oldest == 0) {
    StandStill("LOG_TRIMMED",
               "the owner's log no longer keeps what this store has not applied: restore a newer "
               "backup of this store, or begin it anew");
    return trimmed;
  }
  log::Warn("a part begins with what its log still keeps",
            {{"topic", options_.topic}, {"part", part}, {"position", oldest}});
  RETURN_IF_ERROR(applier_.BeginAfter(part, epoch_, oldest - 1));
  positions_[part] = oldest - 1;
  return Ok();
}

// Some at a time, between what is applied; a log that cannot be asked holds up nothing.
void Consumer::RefreshKept() {
  const auto more = kept_.RefreshSome(owner_, epoch_);
  if (more.ok() && *more) return;
  refresh_at_ = SystemClock().Now() + std::chrono::milliseconds(options_.refresh_ms);
  if (more.ok()) return;
  metrics_.Count("muara_bus_refresh_failures_total",
                 {{"topic", options_.topic}, {"reason", more.error().reason}});
}

// Once after a start: what an older build could not read. First without what was erased meanwhile,
// so that it does not come back.
Status Consumer::ReplayOnce(const std::string& epoch) {
  if (replayed_) return Ok();
  for (bool more = true; more && !stopping_;) {
    ASSIGN_OR_RETURN(more, kept_.RefreshSome(owner_, epoch));
  }
  if (stopping_) return Ok();
  ASSIGN_OR_RETURN(const int parked, applier_.ReplayAll());
  replayed_ = true;
  metrics_.Set("muara_bus_parked_keys", {{"topic", options_.topic}}, parked);
  if (parked > 0) {
    log::Warn("keys are parked behind facts that cannot be applied",
              {{"topic", options_.topic}, {"keys", parked}});
  }
  return Ok();
}

Status Consumer::CatchUp() {
  ASSIGN_OR_RETURN(const Applier::Checkpoints mine, applier_.Load());
  ASSIGN_OR_RETURN(const OwnerLog::Heads heads, owner_.Head());
  compare_at_ = SystemClock().Now() + std::chrono::milliseconds(options_.compare_ms);
  if (heads.epoch != epoch_) {
    epoch_.clear();
    return Ok();
  }
  positions_ = mine.positions;
  int64_t lag = 0;
  for (int part = 0; part < kParts; ++part) {
    if (positions_[part] > heads.positions[part]) {
      epoch_.clear();
      return Ok();
    }
    lag += heads.positions[part] - positions_[part];
  }
  metrics_.Set("muara_bus_consumer_lag", {{"topic", options_.topic}}, static_cast<double>(lag));
  for (int part = 0; part < kParts && !epoch_.empty(); ++part) {
    if (positions_[part] < heads.positions[part]) RETURN_IF_ERROR(CatchUpPart(part));
  }
  return Ok();
}

// To the owner, so that it may trim; and to Redis as a consumer group, for standard tools.
void Consumer::Report() {
  if (epoch_.empty()) return;
  const Status told = owner_.ReportCheckpoints(options_.consumer, epoch_, positions_);
  if (!told.ok() || redis_ == nullptr) return;
  std::vector<std::vector<std::string>> commands;
  for (int part = 0; part < kParts; ++part) {
    const std::string stream = StreamOf(options_.topic, epoch_, part);
    const std::string position = std::to_string(positions_[part]);
    commands.push_back({"XGROUP", "CREATE", stream, options_.consumer, position + "-0"});
    commands.push_back(
        {"XGROUP", "SETID", stream, options_.consumer, position + "-0", "ENTRIESREAD", position});
  }
  if (!redis_->RunAll(commands).ok()) redis_.reset();
}

}  // namespace muara::bus
