#include "services/routing/domain/replay/replay.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace muara::routing {
namespace {

constexpr int kAskEvery = 256;  // moments

// At the same moment: who ends work is free for what comes.
enum class Kind {
  kEnd = 1,      // of a visit's work
  kHoldEnd = 2,  // of work held whatever is decided
  kQueue = 3,
  kPolicy = 4,
  kAgent = 5,
  kHold = 6,
  kArrival = 7,
  kChange = 8,
  kHand = 9,
  kLeave = 10
};

struct Event {
  Time time;
  Kind kind = Kind::kEnd;
  size_t index = 0;
  size_t change = 0;  // of the visit's
  bool operator<(const Event& other) const {
    return std::tie(other.time, other.kind, other.index, other.change) <
           std::tie(time, kind, index, change);
  }
};

class Stage {
 public:
  Stage(const History& history, const GoOn& go_on) : history_(history), go_on_(go_on) {
    const auto add = [&](Kind kind, const auto& all) {
      for (size_t i = 0; i < all.size(); ++i) events_.push({all[i].time, kind, i});
    };
    add(Kind::kQueue, history.queues);
    add(Kind::kPolicy, history.policies);
    add(Kind::kAgent, history.agents);
    add(Kind::kArrival, history.visits);
    for (size_t i = 0; i < history.holds.size(); ++i) {
      events_.push({history.holds[i].from, Kind::kHold, i});
      events_.push({history.holds[i].until, Kind::kHoldEnd, i});
    }
    for (size_t i = 0; i < history.visits.size(); ++i) by_id_[history.visits[i].item.id] = i;
    ends_.resize(history.visits.size());
    waiting_.resize(history.visits.size());
  }

  Result<std::vector<WaitEnd>> Run() {
    for (int moments = 0;; ++moments) {
      const auto next = NextTime();
      if (!next || *next > history_.until) break;
      if (moments % kAskEvery == 0) RETURN_IF_ERROR(go_on_());
      while (!events_.empty() && events_.top().time == *next) {
        const Event event = events_.top();
        events_.pop();
        Happen(event);
      }
      MatchAll(*next);
    }
    for (size_t i = 0; i < ends_.size(); ++i) {
      if (ends_[i].fate == Fate::kWaits) End(i, Fate::kWaits, history_.until);
    }
    return std::move(ends_);
  }

 private:
  std::optional<Time> NextTime() const {
    std::optional<Time> next = engine_.NextChange();
    if (!events_.empty() && (!next || events_.top().time < *next)) next = events_.top().time;
    return next;
  }

  void Happen(const Event& event) {
    switch (event.kind) {
      case Kind::kEnd:
        return FinishWork(event.index, event.time);
      case Kind::kHoldEnd:
        return LetGo(history_.holds[event.index], event.time);
      case Kind::kQueue:
        return Set(history_.queues[event.index].queue);
      case Kind::kPolicy:
        return engine_.Put(history_.policies[event.index].capacity);
      case Kind::kAgent:
        return Set(history_.agents[event.index]);
      case Kind::kHold:
        return Take(history_.holds[event.index]);
      case Kind::kArrival:
        return Arrive(event.index);
      case Kind::kChange:
        return Change(event.index, history_.visits[event.index].changes[event.change].item,
                      event.time);
      case Kind::kHand:
        return GiveByHand(event.index);
      case Kind::kLeave:
        return LeaveAs(Fate::kGone, event.index, event.time);
    }
  }

  // What overflows may be given at once where it waits then.
  void MatchAll(Time now) {
    for (bool again = true; again;) {
      for (const Pair& pair : engine_.Match(now)) Give(pair, now);
      again = false;
      for (const DueItem& one : engine_.TakeOverdue())
        again |= EndWait(by_id_.at(one.item_id), now);
    }
  }

  void Set(Queue queue) {
    queue.version = ++queue_version_;
    queues_[queue.id] = queue;
    engine_.Put(queue);
  }

  void Set(const AgentAt& told) {
    Agent agent = told.agent;
    agent.version = 1;
    const auto known = agents_.find(agent.id);
    if (known == agents_.end()) {
      agent.load = Load();
      agent.served = 0;
      if (agent.idle_since == Time()) agent.idle_since = told.time;
    } else {
      const bool comes = agent.status == AgentStatus::kAvailable &&
                         known->second.status != AgentStatus::kAvailable;
      agent.load = known->second.load;
      agent.served = known->second.served;
      agent.idle_since = comes ? told.time : known->second.idle_since;
    }
    agents_[agent.id] = agent;
    engine_.Put(agent);
  }

  void AddLoad(const std::string& agent_id, Channel channel, int units, std::optional<Time> freed) {
    const auto agent = agents_.find(agent_id);
    if (agent == agents_.end()) return;  // somebody who is no agent
    agent->second.load.Add(channel, units);
    if (freed) agent->second.idle_since = *freed;
    engine_.Put(agent->second);
  }

  void Take(const Hold& hold) { AddLoad(hold.agent_id, hold.channel, hold.weight, std::nullopt); }
  void LetGo(const Hold& hold, Time now) {
    AddLoad(hold.agent_id, hold.channel, -hold.weight, now);
  }

  void Arrive(size_t index) {
    const Visit& visit = history_.visits[index];
    waiting_[index] = visit.item;
    engine_.Put(visit.item);
    for (size_t i = 0; i < visit.changes.size(); ++i) {
      events_.push({visit.changes[i].time, Kind::kChange, index, i});
    }
    if (visit.hand) events_.push({visit.hand->time, Kind::kHand, index});
    if (visit.left) events_.push({*visit.left, Kind::kLeave, index});
  }

  // What has overflowed stays there, unless its ticket is moved or it was sent home by a person.
  void Change(size_t index, WorkItem item, Time now) {
    auto& waiting = waiting_[index];
    if (!waiting) return;
    const bool moved = item.home_queue_id != waiting->home_queue_id;
    const bool sent_home = item.reason == kTransferred && item.queue_id == item.home_queue_id;
    // Where it was, and so since when it is elsewhere, is the replay's to know.
    item.queue_id = waiting->queue_id;
    item.queue_start = waiting->queue_start;
    if (moved || sent_home) item.MoveTo(item.home_queue_id, now);
    item.weight = waiting->weight;
    item.is_overdue = waiting->is_overdue;
    waiting = std::move(item);
    engine_.Put(*waiting);
  }

  // True: it may be given where it waits now.
  bool EndWait(size_t index, Time now) {
    auto& waiting = waiting_[index];
    if (!waiting) return false;
    const auto queue = queues_.find(waiting->queue_id);
    if (queue == queues_.end()) return false;
    const auto due = DueOf(queue->second, *waiting, now);
    if (!due) return false;
    if (*due == Due::kMaxWait) {
      waiting->is_overdue = true;
      if (queue->second.max_wait_action == MaxWaitAction::kExpire) {
        LeaveAs(Fate::kExpired, index, now);
      }
      return false;
    }
    waiting->MoveTo(queue->second.overflow_queue_id, now);
    engine_.Put(*waiting);
    return true;
  }

  void Give(const Pair& pair, Time now) {
    const size_t index = by_id_.at(pair.item_id);
    Agent& agent = agents_.at(pair.agent_id);
    agent.load.Add(waiting_[index]->channel, waiting_[index]->weight);
    agent.served += kServedUnit / agent.share;
    Serve(index, pair.agent_id, pair.why, now + history_.accept_delay);
  }

  void GiveByHand(size_t index) {
    if (!waiting_[index]) return;
    const Hand& hand = *history_.visits[index].hand;
    AddLoad(hand.agent_id, waiting_[index]->channel, waiting_[index]->weight, std::nullopt);
    Serve(index, hand.agent_id, hand.why, hand.time);
    TellDone(index);
  }

  void Serve(size_t index, const std::string& agent_id, const std::string& why, Time accepted) {
    const Visit& visit = history_.visits[index];
    Time end = accepted + visit.work;
    // Its ticket was over or elsewhere then, whoever has it.
    if (visit.left && visit.is_work_guessed) end = std::clamp(*visit.left, accepted, end);
    ends_[index].agent_id = agent_id;
    ends_[index].why = why;
    ends_[index].end_time = end;
    End(index, Fate::kServed, accepted);
    units_[index] = {waiting_[index]->channel, waiting_[index]->weight};
    waiting_[index].reset();
    events_.push({end, Kind::kEnd, index});
  }

  void FinishWork(size_t index, Time now) {
    const auto [channel, weight] = units_.extract(index).mapped();
    AddLoad(ends_[index].agent_id, channel, -weight, now);
    TellDone(index);
  }

  void LeaveAs(Fate fate, size_t index, Time now) {
    if (!waiting_[index]) return;
    End(index, fate, now);
    waiting_[index].reset();
    TellDone(index);
  }

  void End(size_t index, Fate fate, Time time) {
    WaitEnd& end = ends_[index];
    end.fate = fate;
    end.time = time;
    end.wait = std::max(Duration(0), time - history_.visits[index].since);
  }

  void TellDone(size_t index) {
    WorkItem done = history_.visits[index].item;
    done.status = ItemStatus::kDone;
    engine_.Put(done);
  }

  const History& history_;
  const GoOn& go_on_;
  Engine engine_;
  std::priority_queue<Event> events_;
  int queue_version_ = 0;
  std::unordered_map<std::string, Queue> queues_;
  std::unordered_map<std::string, Agent> agents_;
  std::unordered_map<std::string, size_t> by_id_;
  std::vector<std::optional<WorkItem>> waiting_;  // as it is now; none: it does not wait
  std::unordered_map<size_t, std::pair<Channel, int>> units_;  // of what is being worked on
  std::vector<WaitEnd> ends_;
};

}  // namespace

Result<std::vector<WaitEnd>> Replay(const History& history, const GoOn& go_on) {
  return Stage(history, go_on).Run();
}

}  // namespace muara::routing
