#include "services/gateway/app/live_events.h"

#include <algorithm>
#include <chrono>

namespace muara::gateway {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kBatch = 100;
// Facts that a watcher does not see still move its cursor: it is told so now and then, or a return
// after a quiet day would read that whole day.
constexpr int kUnseenMax = 200;
constexpr std::chrono::seconds kIdEvery(10);
constexpr std::chrono::milliseconds kTick(250);
constexpr std::chrono::seconds kAheadMax(5);
// A watcher begins when every topic's log is known, or without those that are away so long.
constexpr std::chrono::seconds kBeginMax(2);
constexpr const char* kHello = ": muara live events\nretry: 2000\n\n";

std::string ShortName(const std::string& type) { return type.substr(type.rfind('.') + 1); }

bool Wants(const Watcher& watcher, const LiveFact& fact) {
  return watcher.types.empty() || watcher.types.contains(fact.type) ||
         watcher.types.contains(ShortName(fact.type));
}

}  // namespace

struct LiveEvents::State {
  Watcher watcher;
  Cursor cursor;
  SteadyTime until = {};
  SteadyTime begin_by = {};
  bool begun = false;  // its first id is sent: from then on everything is told
  SteadyTime id_sent = {};
  int unseen = 0;  // since the last id
  std::map<std::string, SteadyTime> ahead_since;
  bool id_is_new = true;  // the cursor has moved on without an id

  void IdSent() {
    unseen = 0;
    id_is_new = false;
    id_sent = std::chrono::steady_clock::now();
  }

  // Under the lock of LiveEvents:
  bool queued = false;
  bool running = false;
  bool again = false;  // news came while it had its turn
};

LiveEvents::LiveEvents(const std::map<std::string, const bus::OwnerLog*>& logs,
                       LiveEventsOptions options)
    : options_(options),
      whispers_(options_.redis, options_.bus_secret, [this](const LiveFact& one) { Tell(one); }) {
  for (const auto& [topic, log] : logs) {
    tails_.push_back(std::make_unique<TopicTail>(topic, *log, options_.redis, options_.poll_ms,
                                                 [this] { WakeAll(); }));
  }
}

LiveEvents::~LiveEvents() { Stop(); }

void LiveEvents::Start() {
  for (const auto& tail : tails_) tail->Start();
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
  if (!options_.bus_secret.empty()) whispers_.Start();
}

void LiveEvents::Stop() {
  whispers_.Stop();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for (const auto& tail : tails_) tail->Stop();
}

Status LiveEvents::Watch(Watcher watcher, std::optional<Cursor> from) {
  auto state = std::make_shared<State>();
  state->watcher = std::move(watcher);
  const SteadyTime now = std::chrono::steady_clock::now();
  state->until = now + std::chrono::seconds(options_.watch_seconds_max);
  state->begin_by = now + kBeginMax;
  if (from.has_value()) state->cursor = std::move(*from);
  const std::lock_guard lock(mutex_);
  if (stopping_) return MakeError(Code::kUnavailable, "STOPPING", "the gateway is stopping");
  if (states_.size() >= options_.watchers_max) {
    Error error = MakeError(Code::kResourceExhausted, "TOO_MANY_WATCHERS", "too many live streams");
    error.retry_after_ms = 5000;
    return error;
  }
  state->watcher.send(kHello);
  states_.push_back(state);
  state->queued = true;
  waiting_.push_back(std::move(state));
  changed_.notify_one();
  return Ok();
}

size_t LiveEvents::watchers() const {
  const std::lock_guard lock(mutex_);
  return states_.size();
}

void LiveEvents::Tell(const LiveFact& passing) {
  std::vector<std::shared_ptr<State>> all;
  {
    const std::lock_guard lock(mutex_);
    all = states_;
  }
  const std::string text = passing.lines + "\n";
  for (const auto& state : all) {
    const Watcher& watcher = state->watcher;
    if (!Wants(watcher, passing)) continue;
    if (watcher.pending_bytes() <= options_.pending_bytes_max) watcher.send(text);
  }
}

void LiveEvents::WakeAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& state : states_) {
    if (state->running) {
      state->again = true;
    } else if (!state->queued) {
      state->queued = true;
      waiting_.push_back(state);
    }
  }
  changed_.notify_all();
}

void LiveEvents::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiting_.empty() && changed_.wait_for(lock, kTick) == std::cv_status::timeout) {
      lock.unlock();
      WakeAll();  // for ids, ends, and those whose connection was full
      lock.lock();
    }
    if (waiting_.empty() || stopping_) continue;
    const std::shared_ptr<State> state = std::move(waiting_.front());
    waiting_.pop_front();
    state->queued = false;
    state->running = true;
    lock.unlock();
    const bool stays = Serve(*state);
    lock.lock();
    state->running = false;
    if (!stays) {
      std::erase(states_, state);
    } else if (std::exchange(state->again, false)) {
      state->queued = true;
      waiting_.push_back(state);
    }
  }
}

bool LiveEvents::Serve(State& state) {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now >= state.until) {
    SendId(state);
    state.watcher.close();
    return false;
  }
  if (!state.begun && !Begin(state)) return !state.watcher.is_gone();
  for (const auto& tail : tails_) {
    if (!ServeTopic(*tail, state)) return false;
  }
  const bool is_due = state.unseen >= kUnseenMax || now - state.id_sent >= kIdEvery;
  if (state.id_is_new && is_due) return SendId(state);
  return !state.watcher.is_gone();
}

// From here on in every topic that it has no position of.
bool LiveEvents::Begin(State& state) {
  for (const auto& tail : tails_) {
    if (state.cursor.contains(tail->topic())) continue;
    if (auto heads = tail->Heads()) {
      state.cursor[tail->topic()] = std::move(*heads);
    } else if (std::chrono::steady_clock::now() < state.begin_by) {
      return false;
    }
  }
  state.begun = SendId(state);
  return state.begun;
}

bool LiveEvents::ServeTopic(const TopicTail& tail, State& state) {
  const auto heads = tail.Heads();
  if (!heads) return true;
  const auto found = state.cursor.find(tail.topic());
  // What was told before its owner was reached is not known here.
  if (found == state.cursor.end()) return Restart(tail, *heads, state);
  const TopicCursor& at = found->second;
  const bool comparable =
      at.epoch == heads->epoch && at.positions.size() == heads->positions.size();
  bool ahead = false;
  for (size_t part = 0; comparable && part < at.positions.size(); ++part) {
    ahead = ahead || at.positions[part] > heads->positions[part];
    if (!ServePart(tail, static_cast<int>(part), heads->positions[part], state)) return false;
  }
  if (!comparable || WentBack(tail, ahead ? Position::kAhead : Position::kKnown, state))
    return Restart(tail, *heads, state);
  return true;
}

// A watcher that is ahead of what this replica has seen was on a quicker one before; unless that
// lasts, which means that the owner was restored from a copy.
bool LiveEvents::WentBack(const TopicTail& tail, Position position, State& state) {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (position == Position::kKnown || !tail.reachable()) {
    state.ahead_since.erase(tail.topic());
    return false;
  }
  return now - state.ahead_since.try_emplace(tail.topic(), now).first->second > kAheadMax;
}

bool LiveEvents::ServePart(const TopicTail& tail, int part, int64_t head, State& state) {
  TopicCursor& at = state.cursor[tail.topic()];
  while (at.positions[part] < head && tail.reachable()) {
    if (state.watcher.pending_bytes() > options_.pending_bytes_max) return true;
    const auto facts = tail.Read(at.epoch, part, at.positions[part] + 1, kBatch);
    if (!facts.ok() && facts.error().reason == "LOG_TRIMMED") {
      const auto heads = tail.Heads();
      return Restart(tail, *heads, state);
    }
    if (!facts.ok() || facts->empty()) return true;  // the next turn tries again
    for (const PositionedFact& fact : *facts) {
      at.positions[part] = fact.position;
      if (!Deliver(fact, state)) return false;
    }
  }
  return true;
}

bool LiveEvents::Deliver(const PositionedFact& positioned, State& state) {
  const LiveFact* fact = positioned.fact.get();
  const Watcher& watcher = state.watcher;
  const bool wanted = fact != nullptr && Wants(watcher, *fact);
  const bool allowed = wanted && (watcher.only_offers_to.empty() || fact->offered_to.empty() ||
                                  fact->offered_to == watcher.only_offers_to);
  if (!allowed) {
    state.id_is_new = true;
    ++state.unseen;
    return true;
  }
  state.IdSent();
  return watcher.send("id: " + ToText(state.cursor) + "\n" + fact->lines + "\n");
}

// What lies between is not to be had any more: whoever watches has to read anew what it shows.
bool LiveEvents::Restart(const TopicTail& tail, const TopicCursor& heads, State& state) {
  state.cursor[tail.topic()] = heads;
  state.IdSent();
  return state.watcher.send("id: " + ToText(state.cursor) + "\nevent: reset\ndata: {\"topic\":\"" +
                            tail.topic() + "\"}\n\n");
}

bool LiveEvents::SendId(State& state) {
  state.IdSent();
  // An event without data is not dispatched, but its id is remembered.
  return state.watcher.send("id: " + ToText(state.cursor) + "\n\n");
}

}  // namespace muara::gateway
