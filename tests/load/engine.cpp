// How long the routing engine takes for a decision, in memory, on one core.
//   muara-load-engine [WAITING]
// 10,000 agents with 20 of 1,000 skills and 10 of 1,000 queues each; half of the queues need a
// skill, a quarter two, some relax; WAITING items of four channels. Every figure is of public
// calls: what is told to the engine, and its match.
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "services/routing/domain/engine.h"
#include "tests/load/measure.h"

namespace muara::load {
namespace {

using routing::Agent;
using routing::AgentStatus;
using routing::Engine;
using routing::ItemStatus;
using routing::Pair;
using routing::Queue;
using routing::Requirement;
using routing::WorkItem;

constexpr int kAgents = 10000;
constexpr int kQueues = 1000;
constexpr int kSkills = 1000;
constexpr int kTurns = 100000;
const Time kStart = FromMicros(1772348400000000);

// As ids are in production: 36 bytes.
std::string IdOf(const char* kind, int number) {
  char id[40];
  std::snprintf(id, sizeof id, "0199b2c4-0000-7000-%.4s-%012d", kind, number);
  return id;
}

std::string Slug(const char* kind, int number) { return kind + std::to_string(number); }

class Floor {
 public:
  explicit Floor(int waiting) : waiting_(waiting) {}

  void Run() {
    MakeQueues();
    MakeAgents();
    Rebuild();
    FreedAgents();
    WholeDecisions();
    std::printf("  %.1f MiB after all of that\n", AllocatedMiB() - before_);
    NewItems();
  }

 private:
  // Large blocks are mapped beside the heap, and counted apart.
  static double AllocatedMiB() {
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
  }
  int Random(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

  void MakeQueues() {
    for (int i = 0; i < kQueues; ++i) {
      Queue queue;
      queue.id = Slug("queue-", i);
      queue.priority = Random(50);
      queue.ageing_per_minute = 1 + Random(3);
      const int needs = i % 4 == 0 ? 2 : i % 2;
      for (int need = 0; need < needs; ++need) {
        Requirement one{Slug("skill-", SkillOf(i, need)), 1 + Random(3), {}};
        if (Random(2) == 0) one.rings.push_back({600, 0});
        queue.requirements.push_back(one);
      }
      queues_.push_back(queue);
    }
  }

  // Agents of a queue tend to have what it needs.
  static int SkillOf(int queue, int need) { return (queue * 2 + need) % kSkills; }

  void MakeAgents() {
    for (int i = 0; i < kAgents; ++i) {
      Agent agent;
      agent.id = IdOf("a9e0", i);
      agent.display_name = "Agent " + std::to_string(i);
      agent.status = AgentStatus::kAvailable;
      agent.connection = routing::Connection::kLive;
      agent.capacity = 4;
      agent.load.Add(routing::Channel::kEmail, 4);
      agent.idle_since = kStart + Duration(i);
      for (int q = 0; q < 10; ++q) {
        const int queue = Random(kQueues);
        agent.queue_ids.push_back(Slug("queue-", queue));
        for (int need = 0; need < 2; ++need) {
          agent.skills.push_back({Slug("skill-", SkillOf(queue, need)), 1 + Random(5)});
        }
      }
      agents_.push_back(agent);
    }
  }

  WorkItem NewItem() {
    WorkItem item;
    item.id = IdOf("17e0", ++items_);
    item.queue_id = Slug("queue-", Random(kQueues));
    item.channel = static_cast<routing::Channel>(1 + Random(3));
    item.weight = 4;  // all of an agent, so that each turn is one decision
    item.priority = Random(4) * 10;
    now_ += Duration(1000);
    item.enqueue_time = now_;
    return item;
  }

  void Rebuild() {
    before_ = AllocatedMiB();
    for (const Queue& queue : queues_) engine_.Put(queue);
    for (const Agent& agent : agents_) engine_.Put(agent);
    const double fixed = AllocatedMiB() - before_;
    std::vector<WorkItem> all;
    for (int i = 0; i < waiting_; ++i) all.push_back(NewItem());
    const auto start = std::chrono::steady_clock::now();
    for (const WorkItem& item : all) engine_.Put(item);
    if (!engine_.Match(now_).empty()) std::abort();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%d waiting: rebuilt in %.2f s\n", waiting_, took.count());
    std::vector<WorkItem>().swap(all);
    const double whole = AllocatedMiB() - before_;
    std::printf("  %.1f MiB for the whole picture, %.1f without what waits, %d lanes\n", whole,
                fixed, engine_.lanes());
  }

  // Somebody ends its work.
  Agent Freed() {
    Agent& agent = agents_[static_cast<size_t>(Random(kAgents))];
    ++agent.version;
    now_ += Duration(1000);
    agent.idle_since = now_;
    Agent free = agent;
    free.load = {};
    return free;
  }

  // A new item is queued that nobody is free for, time passes, and an agent ends its work and gets
  // the best that waits: three events, one by one.
  void FreedAgents() {
    std::vector<double> queued, passed, took;
    for (int turn = 0; turn < kTurns; ++turn) {
      const WorkItem item = NewItem();
      queued.push_back(Timed([&] {
        engine_.Put(item);
        engine_.Match(item.enqueue_time);
      }));
      const Agent free = Freed();
      passed.push_back(Timed([&] { engine_.Match(now_); }));
      std::vector<Pair> pairs;
      took.push_back(Timed([&] {
        engine_.Put(free);
        pairs = engine_.Match(now_);
      }));
      Done(pairs);
    }
    Tell("best item for a freed agent", took);
    Tell("an item is queued, all busy", queued);
    Tell("1 ms passes (rings)", passed);
  }

  // The same, one match for all three.
  void WholeDecisions() {
    const auto start = std::chrono::steady_clock::now();
    size_t given = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
      engine_.Put(NewItem());
      engine_.Put(Freed());
      const auto pairs = engine_.Match(now_);
      given += pairs.size();
      Done(pairs);
    }
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;
    std::printf(
        "  %-30s %.0f a second (a new item queued, an agent freed, served, its item ended)\n",
        "whole decisions", static_cast<double>(given) / whole.count());
  }

  // Half of the agents are free, and nothing that they may do waits.
  void NewItems() {
    for (size_t i = 0; i < agents_.size(); i += 2) Free(agents_[i]);
    while (true) {
      const auto pairs = engine_.Match(now_);
      if (pairs.empty()) break;
      Done(pairs);
      for (const Pair& pair : pairs)
        Free(agents_[static_cast<size_t>(std::atoi(pair.agent_id.c_str() + 24))]);
    }
    std::vector<double> took;
    for (int turn = 0; turn < kTurns; ++turn) {
      const WorkItem item = NewItem();
      std::vector<Pair> pairs;
      took.push_back(Timed([&] {
        engine_.Put(item);
        pairs = engine_.Match(now_);
      }));
      Done(pairs);
      for (const Pair& pair : pairs)
        Free(agents_[static_cast<size_t>(std::atoi(pair.agent_id.c_str() + 24))]);
      engine_.Match(now_);
    }
    Tell("best agent for a new item", took);
  }

  void Free(Agent& agent) {
    ++agent.version;
    Agent free = agent;
    free.load = {};
    engine_.Put(free);
  }

  void Done(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
      WorkItem done;
      done.id = pair.item_id;
      done.status = ItemStatus::kDone;
      engine_.Put(done);
    }
  }

  static double Timed(const auto& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
        .count();
  }

  static void Tell(const char* what, std::vector<double>& took) {
    std::sort(took.begin(), took.end());
    const auto at = [&](double part) {
      return took[static_cast<size_t>(static_cast<double>(took.size() - 1) * part)];
    };
    std::printf("  %-30s p50 %6.1f us   p99 %6.1f us   p99.9 %6.1f us\n", what, at(0.5), at(0.99),
                at(0.999));
  }

  const int waiting_;
  std::mt19937 random_{42};
  Engine engine_;
  std::vector<Queue> queues_;
  std::vector<Agent> agents_;
  Time now_ = kStart;
  int items_ = 0;
  double before_ = 0;  // MiB that are not the engine's
};

}  // namespace
}  // namespace muara::load

int main(int count, char** words) {
  const int waiting = count > 1 ? std::atoi(words[1]) : 100000;
  if (waiting < 1 || waiting > 2000000) {
    std::fprintf(stderr, "muara-load-engine: '%s' is not 1 to 2000000 waiting items\n", words[1]);
    return 2;
  }
  muara::load::Floor(waiting).Run();
}
