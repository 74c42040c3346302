#include "services/routing/domain/simulation.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace muara::routing {
namespace {

// At the same moment: who ends work is free for who comes, and who comes may be served before
// anybody's patience ends.
enum class Kind { kEnd = 1, kShift = 2, kArrival = 3, kGone = 4 };

struct Event {
  Time time;
  Kind kind = Kind::kEnd;
  size_t index = 0;  // of the arrival or shift
  bool operator<(const Event& other) const {
    return std::tie(other.time, other.kind, other.index) < std::tie(time, kind, index);
  }
};

class Simulation {
 public:
  explicit Simulation(const Scenario& scenario) : scenario_(scenario) {
    engine_.Put(scenario.capacity);
    for (const Queue& queue : scenario.queues) engine_.Put(queue);
    for (size_t i = 0; i < scenario.shifts.size(); ++i) {
      events_.push({scenario.shifts[i].time, Kind::kShift, i});
    }
    for (size_t i = 0; i < scenario.arrivals.size(); ++i) {
      const WorkItem& item = scenario.arrivals[i].item;
      events_.push({item.enqueue_time, Kind::kArrival, i});
      by_id_[item.id] = i;
      outcomes_.push_back({.item_id = item.id, .queue_id = item.queue_id});
    }
  }

  std::vector<Outcome> Run() {
    while (const auto next = NextTime()) {
      if (*next > scenario_.until) break;
      while (!events_.empty() && events_.top().time == *next) {
        const Event event = events_.top();
        events_.pop();
        Happen(event);
      }
      for (const Pair& pair : engine_.Match(*next)) Give(pair, *next);
    }
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].fate == Fate::kWaits) outcomes_[i].wait = WaitOf(i, scenario_.until);
    }
    return std::move(outcomes_);
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
        return End(event.index, event.time);
      case Kind::kShift:
        return Change(scenario_.shifts[event.index], event.time);
      case Kind::kArrival:
        return Arrive(event.index);
      case Kind::kGone:
        return Go(event.index, event.time);
    }
  }

  void Arrive(size_t index) {
    const Arrival& arrival = scenario_.arrivals[index];
    engine_.Put(arrival.item);
    if (arrival.patience) {
      events_.push({arrival.item.enqueue_time + *arrival.patience, Kind::kGone, index});
    }
  }

  void Go(size_t index, Time now) {
    if (outcomes_[index].fate != Fate::kWaits) return;
    outcomes_[index].fate = Fate::kGone;
    outcomes_[index].wait = WaitOf(index, now);
    Finish(index);
  }

  void Give(const Pair& pair, Time now) {
    const size_t index = by_id_.at(pair.item_id);
    Outcome& outcome = outcomes_[index];
    outcome.fate = Fate::kServed;
    outcome.agent_id = pair.agent_id;
    outcome.why = pair.why;
    outcome.wait = WaitOf(index, now);
    const WorkItem& item = scenario_.arrivals[index].item;
    Agent& agent = agents_.at(pair.agent_id);
    agent.load.Add(item.channel, item.weight);
    agent.served += kServedUnit / agent.share;
    events_.push({now + scenario_.arrivals[index].work, Kind::kEnd, index});
  }

  void End(size_t index, Time now) {
    const WorkItem& item = scenario_.arrivals[index].item;
    Agent& agent = agents_.at(outcomes_[index].agent_id);
    agent.load.Add(item.channel, -item.weight);
    agent.idle_since = now;
    engine_.Put(agent);
    Finish(index);
  }

  void Change(const Shift& shift, Time now) {
    const auto known = agents_.find(shift.agent.id);
    Agent agent = shift.agent;
    agent.version = 1;
    agent.load = known == agents_.end() ? Load() : known->second.load;
    agent.served = known == agents_.end() ? 0 : known->second.served;
    agent.idle_since = known == agents_.end() ? now : known->second.idle_since;
    agents_[agent.id] = agent;
    engine_.Put(agent);
  }

  void Finish(size_t index) {
    WorkItem done = scenario_.arrivals[index].item;
    done.status = ItemStatus::kDone;
    engine_.Put(done);
  }

  Duration WaitOf(size_t index, Time now) const {
    return std::max(Duration(0), now - scenario_.arrivals[index].item.enqueue_time);
  }

  const Scenario& scenario_;
  Engine engine_;
  std::priority_queue<Event> events_;
  std::unordered_map<std::string, Agent> agents_;
  std::unordered_map<std::string, size_t> by_id_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> Simulate(const Scenario& scenario) { return Simulation(scenario).Run(); }

}  // namespace muara::routing
