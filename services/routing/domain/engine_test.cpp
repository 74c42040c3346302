#include "services/routing/domain/engine.h"

#include <gtest/gtest.h>

#include <random>

namespace muara::routing {
namespace {

const Time kStart = FromMicros(1772348400000000);

Agent NewAgent(const std::string& id, std::vector<std::string> queues, int capacity = 1) {
  Agent agent;
  agent.id = id;
  agent.queue_ids = std::move(queues);
  agent.capacity = capacity;
  agent.status = AgentStatus::kAvailable;
  agent.idle_since = kStart;
  return agent;
}

WorkItem NewItem(const std::string& id, const std::string& queue, int priority = 0) {
  WorkItem item;
  item.id = id;
  item.queue_id = queue;
  item.priority = priority;
  item.enqueue_time = kStart;
  return item;
}

Queue NewQueue(const std::string& id, int priority = 0, int ageing = 1) {
  Queue queue;
  queue.id = id;
  queue.priority = priority;
  queue.ageing_per_minute = ageing;
  return queue;
}

TEST(Engine, GivesANewItemToTheLongestIdleAgent) {
  Engine engine;
  engine.Put(NewQueue("q"));
  Agent first = NewAgent("a", {"q"}), second = NewAgent("b", {"q"});
  second.idle_since = kStart - std::chrono::minutes(1);
  engine.Put(first);
  engine.Put(second);
  engine.Put(NewItem("i", "q"));
  const auto pairs = engine.Match(kStart);
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].agent_id, "b");
  EXPECT_EQ(pairs[0].why, "longest idle of 2 able agents");
}

TEST(Engine, PrefersThePreferredAgentWhileItIsAble) {
  Engine engine;
  engine.Put(NewQueue("q"));
  engine.Put(NewAgent("a", {"q"}));
  engine.Put(NewAgent("b", {"q"}));
  WorkItem item = NewItem("i", "q");
  item.preferred_agent_id = "b";
  engine.Put(item);
  EXPECT_EQ(engine.Match(kStart).at(0).agent_id, "b");
  item = NewItem("j", "q");
  item.preferred_agent_id = "b";
  engine.Put(item);
  EXPECT_EQ(engine.Match(kStart).at(0).agent_id, "a") << "b is full";
}

TEST(Engine, AFreedAgentGetsTheHighestScore) {
  Engine engine;
  engine.Put(NewQueue("low", 0));
  engine.Put(NewQueue("high", 50));
  engine.Put(NewItem("old", "low", 10));
  WorkItem urgent = NewItem("urgent", "high", 60);
  urgent.enqueue_time = kStart + std::chrono::minutes(5);
  engine.Put(urgent);
  EXPECT_TRUE(engine.Match(kStart).empty());
  engine.Put(NewAgent("a", {"low", "high"}));
  EXPECT_EQ(engine.Match(kStart + std::chrono::minutes(6)).at(0).item_id, "urgent");
}

TEST(Engine, AgeingOvertakesPriorityInTime) {
  for (const int minutes : {9, 11}) {
    Engine engine;
    engine.Put(NewQueue("ageing", 0, 2));
    engine.Put(NewQueue("fixed", 0, 0));
    engine.Put(NewItem("old", "ageing", 0));
    engine.Put(NewItem("important", "fixed", 20));
    engine.Put(NewAgent("a", {"ageing", "fixed"}));
    EXPECT_EQ(engine.Match(kStart + std::chrono::minutes(minutes)).at(0).item_id,
              minutes == 9 ? "important" : "old");
  }
}

TEST(Engine, SaysWhatKeepsAnItemAndAnAgentApart) {
  Engine engine;
  Queue queue = NewQueue("q");
  queue.requirements = {{"german", 3}};
  engine.Put(queue);
  WorkItem item = NewItem("i", "q");
  Agent agent = NewAgent("a", {});
  agent.status = AgentStatus::kAway;
  EXPECT_EQ(engine.Hindrance(item, agent, kStart), "NOT_AVAILABLE");
  agent.status = AgentStatus::kAvailable;
  EXPECT_EQ(engine.Hindrance(item, agent, kStart), "NOT_IN_QUEUE");
  agent.queue_ids = {"q"};
  agent.skills = {{"german", 2}};
  EXPECT_EQ(engine.Hindrance(item, agent, kStart), "SKILL_MISSING");
  agent.skills = {{"german", 3}};
  item.weight = 2;
  EXPECT_EQ(engine.Hindrance(item, agent, kStart), "NO_CAPACITY");
  item.weight = 1;
  item.excluded["a"] = kStart + std::chrono::seconds(1);
  EXPECT_EQ(engine.Hindrance(item, agent, kStart), "EXCLUDED");
  EXPECT_EQ(engine.Hindrance(item, agent, kStart + std::chrono::seconds(1)), "");
}

TEST(Engine, AnExclusionEndsByItself) {
  Engine engine;
  engine.Put(NewQueue("q"));
  engine.Put(NewAgent("a", {"q"}));
  WorkItem item = NewItem("i", "q");
  item.excluded["a"] = kStart + std::chrono::seconds(30);
  engine.Put(item);
  EXPECT_TRUE(engine.Match(kStart).empty());
  EXPECT_EQ(engine.NextChange(), kStart + std::chrono::seconds(30));
  EXPECT_EQ(engine.Match(kStart + std::chrono::seconds(30)).size(), 1u);
}

TEST(Engine, PassesOverOlderPictures) {
  Engine engine;
  engine.Put(NewQueue("q"));
  Agent agent = NewAgent("a", {"q"});
  agent.version = 5;
  agent.status = AgentStatus::kAway;
  engine.Put(agent);
  agent.version = 4;
  agent.status = AgentStatus::kAvailable;
  engine.Put(agent);
  engine.Put(NewItem("i", "q"));
  EXPECT_TRUE(engine.Match(kStart).empty());
}

// A picture of everything beside the engine's, searched by brute force.
class World {
 public:
  explicit World(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) {
      Queue queue = NewQueue("q" + std::to_string(i), Random(50), Random(3));
      if (Random(2) == 0) queue.requirements = {{"s", 1 + Random(3)}};
      queues_[queue.id] = queue;
      engine_.Put(queue);
    }
    for (int i = 0; i < 6; ++i) ChangeAgent("a" + std::to_string(i));
  }

  void Step() {
    now_ += std::chrono::seconds(Random(40));
    const int what = Random(10);
    if (what < 5) {
      AddItem();
    } else if (what < 7) {
      ChangeAgent("a" + std::to_string(Random(6)));
    } else if (!items_.empty()) {
      auto one = items_.begin();
      std::advance(one, Random(static_cast<int>(items_.size())));
      if (one->second.status == ItemStatus::kOffered) EndWork(one->second);
    }
    for (const Pair& pair : engine_.Match(now_)) Give(pair);
    CheckNoBlockingPair();
  }

 private:
  int Random(int below) { return static_cast<int>(random_() % below); }

  void AddItem() {
    WorkItem item =
        NewItem("i" + std::to_string(++last_item_), "q" + std::to_string(Random(4)), Random(60));
    item.enqueue_time = now_ - std::chrono::seconds(Random(600));
    item.weight = 1 + Random(2);
    if (Random(3) == 0) item.preferred_agent_id = "a" + std::to_string(Random(6));
    if (Random(4) == 0)
      item.excluded["a" + std::to_string(Random(6))] = now_ + std::chrono::seconds(60);
    items_[item.id] = item;
    engine_.Put(item);
  }

  void ChangeAgent(const std::string& id) {
    Agent agent = NewAgent(id, {}, 1 + Random(4));
    if (agents_.contains(id))
      agent.used = agents_[id].used, agent.version = agents_[id].version + 1;
    for (int i = 0; i < 4; ++i) {
      if (Random(2) == 0) agent.queue_ids.push_back("q" + std::to_string(i));
    }
    agent.skills = {{"s", 1 + Random(5)}};
    agent.status = Random(4) == 0 ? AgentStatus::kAway : AgentStatus::kAvailable;
    agents_[id] = agent;
    engine_.Put(agent);
  }

  void EndWork(WorkItem& item) {
    Agent& agent = agents_.at(item.agent_id);
    agent.used -= item.weight;
    ++agent.version;
    agent.idle_since = now_;
    ++item.version;
    if (Random(2) == 0) {
      item.status = ItemStatus::kQueued;
      item.excluded[agent.id] = now_ + std::chrono::seconds(30);
    } else {
      item.status = ItemStatus::kDone;
    }
    engine_.Put(item);
    engine_.Put(agent);
    if (item.status == ItemStatus::kDone) items_.erase(item.id);
  }

  double Score(const WorkItem& item) {
    const Queue& queue = queues_.at(item.queue_id);
    const double minutes = std::chrono::duration<double>(now_ - item.enqueue_time).count() / 60;
    return queue.priority + item.priority + queue.ageing_per_minute * minutes;
  }

  // Nothing better that this agent could serve may be waiting when it is given an item.
  void Give(const Pair& pair) {
    WorkItem& item = items_.at(pair.item_id);
    Agent& agent = agents_.at(pair.agent_id);
    ASSERT_EQ(item.status, ItemStatus::kQueued);
    ASSERT_EQ(engine_.Hindrance(item, agent, now_), "");
    item.status = ItemStatus::kOffered;
    item.agent_id = agent.id;
    for (const auto& [id, other] : items_) {
      if (other.status != ItemStatus::kQueued || Score(other) <= Score(item) + 1e-6) continue;
      EXPECT_NE(engine_.Hindrance(other, agent, now_), "") << id << " is better than " << item.id;
    }
    agent.used += item.weight;
    ASSERT_LE(agent.used, agent.capacity);
  }

  void CheckNoBlockingPair() {
    int waiting = 0;
    for (const auto& [item_id, item] : items_) {
      if (item.status != ItemStatus::kQueued) continue;
      ++waiting;
      for (const auto& [agent_id, agent] : agents_) {
        EXPECT_NE(engine_.Hindrance(item, agent, now_), "")
            << item_id << " waits, " << agent_id << " is free and able";
      }
    }
    EXPECT_EQ(engine_.waiting(), waiting);
  }

  std::mt19937 random_;
  Engine engine_;
  Time now_ = kStart;
  std::map<std::string, Agent> agents_;
  std::map<std::string, Queue> queues_;
  std::map<std::string, WorkItem> items_;
  int last_item_ = 0;
};

TEST(Engine, LeavesNoBlockingPairWhateverHappens) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (int step = 0; step < 400 && !::testing::Test::HasFailure(); ++step) world.Step();
  }
}

}  // namespace
}  // namespace muara::routing
