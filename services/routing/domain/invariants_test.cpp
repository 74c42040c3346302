// The engine against brute force: a second picture of everything, searched pair by pair with the
// plain rules. MUARA_SEEDS and MUARA_STEPS run more of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "services/routing/domain/draws_fixture.h"
#include "services/routing/domain/engine.h"
#include "services/routing/domain/rank.h"

namespace muara::routing {
namespace {

const Time kStart = FromMicros(1772348400000000);

int Setting(const char* name, int otherwise) {
  const char* set = std::getenv(name);
  return set == nullptr ? otherwise : std::atoi(set);
}

class World {
 public:
  explicit World(uint32_t seed) : draws_(seed, kQueues) {
    policy_.beside[2][1] = Chance(2) ? Beside::kInterrupts : Beside::kShares;
    engine_.Put(policy_);
    for (int i = 0; i < kQueues; ++i) ChangeQueue(i);
    for (int i = 0; i < kAgents; ++i) ChangeAgent(i);
  }

  void Step() {
    now_ += std::chrono::seconds(Random(40));
    for (int i = 1 + Random(3); i > 0; --i) Change();
    for (bool again = true; again && !::testing::Test::HasFailure();) {
      const auto waiting = engine_.waiting();
      std::vector<Pair> pairs;
      for (size_t before = SIZE_MAX; before != pairs.size();) {
        before = pairs.size();
        for (const Pair& pair : engine_.Match(now_, 1 + Random(3))) pairs.push_back(pair);
      }
      EXPECT_EQ(engine_.waiting() + static_cast<int>(pairs.size()), waiting);
      for (const Pair& pair : pairs) Give(pair);
      again = false;
      for (const DueItem& one : engine_.TakeOverdue()) again |= EndWait(one);
    }
    CheckNothingIsDue();
    CheckNoBlockingPair();
    CheckNothingIsLost();
  }

  // A second engine that is told only how things are now gives nothing: there is nothing to give.
  void CheckRebuilt() {
    Engine again;
    again.Put(policy_);
    for (const auto& [id, item] : items_) again.Put(item);
    for (const auto& [id, agent] : agents_) again.Put(agent);
    for (const auto& [id, queue] : queues_) again.Put(queue);
    EXPECT_TRUE(again.Match(now_).empty());
    EXPECT_TRUE(again.TakeOverdue().empty());
    EXPECT_EQ(again.NextChange(), engine_.NextChange());
    EXPECT_EQ(again.waiting(), engine_.waiting());
    EXPECT_EQ(again.lanes(), engine_.lanes());
  }

  int given() const { return given_; }
  int held() const { return held_; }
  int kept() const { return kept_; }
  int ended() const { return ended_; }
  int closed() const { return closed_; }

 private:
  static constexpr int kQueues = 4;
  static constexpr int kAgents = 6;
  using AllItems = std::map<std::string, WorkItem>;

  int Random(int below) { return draws_.Random(below); }
  bool Chance(int one_in) { return draws_.Chance(one_in); }
  std::string AnAgent() { return "a" + std::to_string(Random(kAgents)); }

  void Change() {
    const int what = Random(24);
    if (what < 11 && items_.size() < 25) {
      AddItem();
    } else if (what >= 11 && what < 15) {
      ChangeAgent(Random(kAgents));
    } else if (what == 15 && Chance(3)) {
      ChangeQueue(Random(kQueues));
    } else if (!items_.empty()) {
      auto one = items_.begin();
      std::advance(one, Random(static_cast<int>(items_.size())));
      one->second.status == ItemStatus::kOffered ? EndWork(one->second) : ChangeItem(one->second);
    }
  }

  void ChangeQueue(int number) {
    const std::string id = "q" + std::to_string(number);
    Queue& queue = queues_[id];
    queue.id = id;
    ++queue.version;
    draws_.Fill(queue, number);
    engine_.Put(queue);
  }

  void AddItem() {
    WorkItem item;
    item.id = "i" + std::to_string(++last_item_);
    Fill(item);
    items_[item.id] = item;
    engine_.Put(item);
  }

  void Fill(WorkItem& item) {
    item.queue_id = item.home_queue_id = "q" + std::to_string(Random(kQueues));
    item.priority = Random(60);
    item.enqueue_time = now_ - std::chrono::seconds(Random(300));
    item.wait_start = Chance(3) ? now_ : Time();
    item.queue_start = Chance(3) ? now_ - std::chrono::seconds(Random(100)) : Time();
    item.is_overdue = Chance(8);
    item.channel = kChannels[static_cast<size_t>(Random(4))];
    item.weight = Chance(3) ? 3 : 1 + Random(2);
    if (Chance(3)) item.due_time = now_ + std::chrono::seconds(Random(4000));
    if (Chance(3)) item.requirements = draws_.SomeRequirements();
    if (Chance(3)) {
      item.preferred_agent_id = AnAgent();
      if (Chance(2)) item.preferred_until = now_ + std::chrono::seconds(Random(120));
      item.preference = Chance(2) ? Preference::kDirected : Preference::kSticky;
    }
    if (Chance(4)) item.excluded[AnAgent()] = now_ + std::chrono::seconds(Random(120));
  }

  void ChangeItem(WorkItem& item) {
    ++item.version;
    if (item.HasOverflowed() && Chance(2)) {
      item.MoveTo(item.home_queue_id, now_);  // by a person
    } else {
      Chance(3) ? item.status = ItemStatus::kDone : (Fill(item), item.status);
    }
    engine_.Put(item);
    if (item.status == ItemStatus::kDone) items_.erase(std::string(item.id));
  }

  void ChangeAgent(int number) {
    Agent& agent = agents_["a" + std::to_string(number)];
    agent.id = "a" + std::to_string(number);
    ++agent.version;
    agent.capacity = std::max(1 + Random(5), agent.used());
    agent.share = 1 + Random(5);
    agent.queue_ids.clear();
    for (int i = 0; i < kQueues; ++i) {
      if (!Chance(3)) agent.queue_ids.push_back("q" + std::to_string(i));
    }
    agent.skills = {{"s", 1 + Random(5)}};
    if (Chance(2)) agent.skills.push_back({"t", 1 + Random(5)});
    agent.status = Chance(5) ? AgentStatus::kAway : AgentStatus::kAvailable;
    agent.connection = Chance(6) ? Connection::kSuspect : Connection::kLive;
    if (Chance(3)) agent.idle_since = now_;
    engine_.Put(agent);
  }

  void EndWork(WorkItem& item) {
    Agent& agent = agents_.at(item.agent_id);
    agent.load.Add(item.channel, -item.weight);
    ++agent.version;
    agent.idle_since = now_;
    ++item.version;
    item.agent_id.clear();
    item.status = Chance(2) ? ItemStatus::kQueued : ItemStatus::kDone;
    if (item.status == ItemStatus::kQueued) {
      item.excluded[agent.id] = now_ + std::chrono::seconds(30);
    }
    // In any order: each is told when its own change is known.
    if (Chance(2)) engine_.Put(agent);
    engine_.Put(item);
    engine_.Put(agent);
    if (item.status == ItemStatus::kDone) items_.erase(std::string(item.id));
  }

  std::set<std::string> Hindered(const WorkItem& item, const Agent& agent) const {
    const auto preferred = agents_.find(item.preferred_agent_id);
    const muara::routing::Setting setting{
        policy_, queues_.at(item.queue_id),
        preferred == agents_.end() ? nullptr : &preferred->second};
    std::set<std::string> codes;
    for (const Hindrance& one : HindrancesOf(setting, item, agent, now_)) codes.insert(one.code);
    return codes;
  }

  bool IsKept(const WorkItem& item) const {
    const auto preferred = agents_.find(item.preferred_agent_id);
    return muara::routing::IsKept({policy_, queues_.at(item.queue_id),
                                   preferred == agents_.end() ? nullptr : &preferred->second},
                                  item, now_);
  }

  Rank RankOf(const WorkItem& item) const {
    return muara::routing::RankOf(queues_.at(item.queue_id), item, now_);
  }

  // Nothing better that this agent could serve may be waiting when it is given an item, and nobody
  // better may be free.
  void Give(const Pair& pair) {
    WorkItem& item = items_.at(pair.item_id);
    Agent& agent = agents_.at(pair.agent_id);
    ASSERT_EQ(item.status, ItemStatus::kQueued);
    EXPECT_EQ(Hindered(item, agent), std::set<std::string>());
    kept_ += IsKept(item) ? 1 : 0;
    for (const auto& [id, other] : items_) {
      if (other.status != ItemStatus::kQueued || !RankOf(other).Before(RankOf(item))) continue;
      EXPECT_FALSE(Hindered(other, agent).empty()) << id << " goes before " << item.id;
    }
    CheckBalance(item, agent);
    item.status = ItemStatus::kOffered;
    item.agent_id = agent.id;
    agent.load.Add(item.channel, item.weight);
    agent.served += kServedUnit / agent.share;
    ++given_;
  }

  auto BalanceKey(const WorkItem& item, const Agent& agent) const {
    const Queue& queue = queues_.at(item.queue_id);
    double first = 0;
    if (queue.balance == Balance::kLeastLoaded) {
      first = static_cast<double>(agent.used()) / agent.capacity;
    } else if (queue.balance == Balance::kProficiency) {
      for (const Skill& need :
           NeedsAt(queue.requirements, item.requirements, now_ - item.enqueue_time)) {
        first -= agent.LevelOf(need.name);
      }
    } else if (queue.balance == Balance::kShare) {
      first = static_cast<double>(agent.served);
    }
    return std::make_tuple(first, agent.idle_since, agent.used(), agent.id);
  }

  // Held-back agents apart: whom that concerns at that moment only the engine knows.
  void CheckBalance(const WorkItem& item, const Agent& agent) const {
    for (const auto& [id, other] : agents_) {
      if (id == agent.id || agent.id == item.preferred_agent_id) continue;
      if (!Hindered(item, other).empty() || MayBeHeld(other)) continue;
      EXPECT_NE(id, item.preferred_agent_id) << "is free for " << item.id;
      EXPECT_FALSE(BalanceKey(item, other) < BalanceKey(item, agent))
          << id << " is better for " << item.id << " than " << agent.id;
    }
  }

  bool MayBeHeld(const Agent& agent) const {
    return std::any_of(agent.queue_ids.begin(), agent.queue_ids.end(),
                       [&](const auto& id) { return queues_.at(id).hold_back_seconds > 0; });
  }

  // What is equal for agents: it waits in one lane.
  auto LaneOf(const WorkItem& item) const {
    return std::make_tuple(item.queue_id, item.channel, item.weight,
                           NeedsAt(queues_.at(item.queue_id).requirements, item.requirements,
                                   now_ - item.enqueue_time));
  }

  // The first item of each lane that has waited long enough, and the agent who is kept free for it.
  std::map<std::string, std::vector<const WorkItem*>> Holds() const {
    std::map<decltype(LaneOf({})), const WorkItem*> firsts;
    for (const auto& [id, item] : items_) {
      if (item.status != ItemStatus::kQueued || IsKept(item)) continue;
      const WorkItem*& first = firsts[LaneOf(item)];
      if (first == nullptr || RankOf(item).Before(RankOf(*first))) first = &item;
    }
    std::map<std::string, std::vector<const WorkItem*>> holds;
    for (const auto& [lane, first] : firsts) {
      const int seconds = queues_.at(first->queue_id).hold_back_seconds;
      const bool old = now_ - first->enqueue_time >= std::chrono::seconds(seconds);
      if (seconds == 0 || !old) continue;
      const Agent* chosen = nullptr;
      for (const auto& [id, agent] : agents_) {
        const std::set<std::string> why = Hindered(*first, agent);
        if (why.size() != 1 || (*why.begin() != "NO_CAPACITY" && *why.begin() != "INTERRUPT")) {
          continue;
        }
        if (agent.capacity < first->weight) continue;
        if (chosen == nullptr ||
            std::make_tuple(agent.used(), agent.idle_since, agent.id) <
                std::make_tuple(chosen->used(), chosen->idle_since, chosen->id)) {
          chosen = &agent;
        }
      }
      if (chosen != nullptr) holds[chosen->id].push_back(first);
    }
    return holds;
  }

  void CheckNoBlockingPair() {
    const auto holds = Holds();
    for (const auto& [item_id, item] : items_) {
      if (item.status != ItemStatus::kQueued) continue;
      for (const auto& [agent_id, agent] : agents_) {
        const bool hindered = !Hindered(item, agent).empty();
        const auto hold = holds.find(agent_id);
        const bool held =
            hold != holds.end() &&
            std::any_of(hold->second.begin(), hold->second.end(),
                        [&](const WorkItem* other) { return RankOf(*other).Before(RankOf(item)); });
        held_ += held && !hindered ? 1 : 0;
        EXPECT_TRUE(hindered || held) << item_id << " waits, " << agent_id << " is free and able";
        EXPECT_EQ(engine_.HeldBack(item, agent_id, now_).has_value(), held) << item_id << agent_id;
      }
    }
  }

  // True: what waits elsewhere now may be given there.
  bool EndWait(const DueItem& told) {
    WorkItem& item = items_.at(told.item_id);
    if (item.status != ItemStatus::kQueued) return false;  // given in the same round
    const Queue& queue = queues_.at(item.queue_id);
    EXPECT_EQ(DueOf(queue, item, now_), told.due) << told.item_id;
    ++ended_;
    ++item.version;
    if (told.due == Due::kOverflow) {
      const Duration waited = queue.OpenAt(now_) ? now_ - item.QueueStart() : Duration::max();
      EXPECT_GE(waited, std::chrono::seconds(queue.overflow_seconds)) << "it bounces";
      item.MoveTo(queue.overflow_queue_id, now_);
    } else {
      item.is_overdue = true;
      if (queue.max_wait_action == MaxWaitAction::kExpire) item.status = ItemStatus::kExpired;
    }
    engine_.Put(item);
    if (item.status == ItemStatus::kExpired) items_.erase(told.item_id);
    return true;
  }

  void CheckNothingIsDue() {
    for (const auto& [id, item] : items_) {
      if (item.status != ItemStatus::kQueued) continue;
      const Queue& queue = queues_.at(item.queue_id);
      EXPECT_EQ(DueOf(queue, item, now_), std::nullopt) << id;
      closed_ += queue.OpenAt(now_) ? 0 : 1;
    }
    for (const auto& [id, queue] : queues_) {
      const auto change = queue.NextChange(now_);
      EXPECT_LE(engine_.NextChange().value_or(Time::max()), change.value_or(Time::max())) << id;
    }
  }

  void CheckNothingIsLost() {
    int waiting = 0;
    std::map<std::string, Load> held;
    for (const auto& [id, item] : items_) {
      waiting += item.status == ItemStatus::kQueued ? 1 : 0;
      if (item.status == ItemStatus::kOffered) held[item.agent_id].Add(item.channel, item.weight);
    }
    EXPECT_EQ(engine_.waiting(), waiting);
    for (const auto& [id, agent] : agents_) EXPECT_EQ(agent.load, held[id]) << id;
  }

  Draws draws_;
  Engine engine_;
  CapacityPolicy policy_;
  Time now_ = kStart;
  std::map<std::string, Agent> agents_;
  std::map<std::string, Queue> queues_;
  AllItems items_;
  int last_item_ = 0;
  int given_ = 0;
  int held_ = 0;
  int kept_ = 0;
  int ended_ = 0;   // waits, by being due
  int closed_ = 0;  // queues with something waiting
};

TEST(Invariants, HoldWhateverHappens) {
  const int seeds = Setting("MUARA_SEEDS", 60), steps = Setting("MUARA_STEPS", 1000);
  int given = 0, held = 0, kept = 0, ended = 0, closed = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(static_cast<uint32_t>(seed));
    for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      world.Step();
    }
    world.CheckRebuilt();
    given += world.given(), held += world.held(), kept += world.kept();
    ended += world.ended(), closed += world.closed();
    if (::testing::Test::HasFailure()) break;
  }
  // The world is one in which all of it happens.
  EXPECT_GT(given, seeds * steps / 4);
  EXPECT_GT(held, seeds);
  EXPECT_GT(kept, seeds);
  EXPECT_GT(ended, seeds);
  EXPECT_GT(closed, seeds);
}

}  // namespace
}  // namespace muara::routing
