#include "services/gateway/app/topic_tail.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::gateway {
namespace {

constexpr size_t kFactsMax = 256;         // kept of each part
constexpr size_t kBytesMax = 512 * 1024;  // of each part
constexpr int kReadLimit = 500;
constexpr int kRetryMs = 200;
constexpr int kBellMs = 500;  // also how long stopping may take

Error EpochChanged() {
  return MakeError(Code::kAborted, "EPOCH_CHANGED", "the log was begun anew");
}

Error Trimmed() {
  return MakeError(Code::kFailedPrecondition, "LOG_TRIMMED", "the log does not go back so far");
}

}  // namespace

TopicTail::TopicTail(std::string topic, const bus::OwnerLog& log, const bus::RedisAddress& redis,
                     int poll_ms, std::function<void()> on_news)
    : topic_(std::move(topic)),
      log_(log),
      poll_ms_(poll_ms),
      on_news_(std::move(on_news)),
      bell_(redis, topic_) {}

TopicTail::~TopicTail() { Stop(); }

void TopicTail::Start() {
  thread_ = std::thread([this] { Run(); });
}

void TopicTail::Stop() {
  stopping_ = true;
  wake_.Notify();
  if (thread_.joinable()) thread_.join();
}

void TopicTail::Run() {
  while (!stopping_) {
    const Result<bool> polled = Poll();
    // Told once, when it changes.
    if (reachable_.exchange(polled.ok()) && !polled.ok()) {
      log::Failed("a topic's log is away: " + topic_, polled.error());
    }
    if (!polled.ok()) {
      wake_.WaitFor(std::chrono::milliseconds(kRetryMs));
      continue;
    }
    rang_for_nothing_ = rang_for_nothing_ && !*polled;
    WaitForNews();
  }
}

// A bell that rang although the log has nothing new (a forged entry) is not listened to: polling.
void TopicTail::WaitForNews() {
  const auto heads = Heads();
  const auto rang = heads && !rang_for_nothing_
                        ? bell_.Wait(heads->epoch, heads->positions, kBellMs)
                        : Result<bool>(MakeError(Code::kUnavailable, "NOT_LISTENING", ""));
  if (rang.ok()) {
    rang_for_nothing_ = *rang;
  } else {
    wake_.WaitFor(std::chrono::milliseconds(poll_ms_));
  }
}

Result<bool> TopicTail::Poll() {
  ASSIGN_OR_RETURN(const bus::OwnerLog::Heads heads, log_.Head());
  bool begun = false;
  std::vector<int64_t> known;
  {
    const std::lock_guard lock(mutex_);
    begun = epoch_ == heads.epoch && parts_.size() == heads.positions.size();
    for (const Part& part : parts_) known.push_back(part.head);
  }
  // A head that went back: the owner was restored from a copy.
  for (size_t i = 0; begun && i < known.size(); ++i) begun = heads.positions[i] >= known[i];
  if (!begun) {
    Begin(heads);
    on_news_();
    return true;
  }
  bool news = false;
  for (size_t i = 0; i < known.size(); ++i) {
    if (heads.positions[i] == known[i]) continue;
    RETURN_IF_ERROR(Advance(static_cast<int>(i), heads.positions[i]));
    news = true;
  }
  if (news) on_news_();
  return news;
}

void TopicTail::Begin(const bus::OwnerLog::Heads& heads) {
  const std::lock_guard lock(mutex_);
  epoch_ = heads.epoch;
  parts_.clear();
  for (const int64_t position : heads.positions) parts_.push_back({position, 0, {}});
}

Status TopicTail::Advance(int part, int64_t head) {
  int64_t at = 0;
  std::string epoch;
  {
    const std::lock_guard lock(mutex_);
    epoch = epoch_;
    at = parts_[part].head;
    // Too much to keep: only the newest come to memory, readers fetch the rest from the log.
    if (head - at > static_cast<int64_t>(kFactsMax)) {
      parts_[part] = {head - static_cast<int64_t>(kFactsMax), 0, {}};
      at = parts_[part].head;
    }
  }
  while (at < head) {
    auto facts = ReadLog(epoch, part, at + 1, kReadLimit);
    if (!facts.ok() && facts.error().reason == "LOG_TRIMMED") {
      const std::lock_guard lock(mutex_);
      parts_[part] = {head, 0, {}};
      return Ok();
    }
    if (!facts.ok()) return facts.error();
    at += static_cast<int64_t>(facts->size());
    Append(part, std::move(*facts));
  }
  return Ok();
}

void TopicTail::Append(int part, std::vector<PositionedFact> facts) {
  const std::lock_guard lock(mutex_);
  Part& kept = parts_[part];
  for (PositionedFact& fact : facts) {
    kept.head = fact.position;
    kept.bytes += fact.fact == nullptr ? 0 : fact.fact->lines.size();
    kept.facts.push_back(std::move(fact));
  }
  while (kept.facts.size() > kFactsMax || kept.bytes > kBytesMax) {
    const PositionedFact& oldest = kept.facts.front();
    kept.bytes -= oldest.fact == nullptr ? 0 : oldest.fact->lines.size();
    kept.facts.pop_front();
  }
}

std::optional<TopicCursor> TopicTail::Heads() const {
  const std::lock_guard lock(mutex_);
  if (epoch_.empty()) return std::nullopt;
  TopicCursor cursor{epoch_, {}};
  for (const Part& part : parts_) cursor.positions.push_back(part.head);
  return cursor;
}

Result<std::vector<PositionedFact>> TopicTail::Read(const std::string& epoch, int part,
                                                    int64_t from, int limit) const {
  {
    const std::lock_guard lock(mutex_);
    if (epoch != epoch_) return EpochChanged();
    const auto& facts = parts_[part].facts;
    if (!facts.empty() && facts.front().position <= from) {
      const auto begin = facts.begin() + std::min<int64_t>(from - facts.front().position,
                                                           static_cast<int64_t>(facts.size()));
      const auto size = std::min<int64_t>(limit, facts.end() - begin);
      return std::vector<PositionedFact>(begin, begin + size);
    }
  }
  return ReadLog(epoch, part, from, limit);
}

Result<std::vector<PositionedFact>> TopicTail::ReadLog(const std::string& epoch, int part,
                                                       int64_t from, int limit) const {
  ASSIGN_OR_RETURN(const bus::OwnerLog::Page page, log_.Read(part, from, limit));
  if (page.epoch != epoch) return EpochChanged();
  // Positions are dense, so that an empty page below the head, or a first position that is not the
  // one asked for, means that the log no longer has it.
  if (page.entries.empty()) return Trimmed();
  std::vector<PositionedFact> facts;
  for (const bus::LogEntry& entry : page.entries) {
    if (entry.position != from + static_cast<int64_t>(facts.size())) return Trimmed();
    auto fact = wire::ToLiveFact(entry.envelope);
    facts.push_back(
        {entry.position, fact ? std::make_shared<LiveFact>(std::move(*fact)) : nullptr});
  }
  return facts;
}

}  // namespace muara::gateway
