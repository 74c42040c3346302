#include "services/routing/domain/engine.h"

#include <gtest/gtest.h>

namespace muara::routing {
namespace {

const Time kStart = FromMicros(1772348400000000);

Agent NewAgent(const std::string& id, std::vector<std::string> queues, int capacity = 1) {
  Agent agent;
  agent.id = id;
  agent.queue_ids = std::move(queues);
  agent.capacity = capacity;
  agent.status = AgentStatus::kAvailable;
  agent.connection = Connection::kLive;
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
  agent.connection = Connection::kLive;
  engine.Put(agent);
  engine.Put(NewItem("i", "q"));
  EXPECT_TRUE(engine.Match(kStart).empty());
}

}  // namespace
}  // namespace muara::routing
