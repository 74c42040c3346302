// The agents as the engine sees them: numbered, with the room that each has for each channel, and
// who is ready for what as rows of bits.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/routing/domain/engine/bits.h"
#include "services/routing/domain/work.h"

namespace muara::routing::engine {

struct Lane;
struct Entry;

constexpr uint32_t kNobody = ~uint32_t{0};

struct Seat {
  Agent agent;  // as last put, with what the engine has given since
  std::vector<uint32_t> queues;
  std::array<int, kChannelCount> room = {};  // -1: nothing of this channel
  std::vector<Lane*> kept;                   // of what waits for this agent alone
  std::vector<Lane*> held_for;               // lanes for whose first item this agent is kept free
  std::set<Entry*> wanted_by;                // what prefers this agent for a time
  bool fresh = false;                        // may be able to take something since the last match
};

// Agents with room for so many units of a channel.
struct LoadClass {
  Channel channel = Channel::kEmail;
  int weight = 1;
  Bits ready;
};

class Roster {
 public:
  // Numbers are given on first mention and stay.
  uint32_t NumberOf(const std::string& agent_id);
  // kNobody where it was never mentioned.
  uint32_t Find(const std::string& agent_id) const;
  Seat& seat(uint32_t number) { return seats_[number]; }
  const Seat& seat(uint32_t number) const { return seats_[number]; }
  size_t size() const { return seats_.size(); }

  LoadClass& ClassOf(Channel channel, int weight);
  // Brings room and readiness up to the agent as it is now.
  void Refresh(uint32_t number);
  void Set(const CapacityPolicy& policy);
  const CapacityPolicy& policy() const { return policy_; }

  // What agents are chosen by, side by side for the search.
  int64_t idle_us(uint32_t number) const { return idle_us_[number]; }
  int used(uint32_t number) const { return used_[number]; }

 private:
  static void Judge(LoadClass& load_class, uint32_t number, const Seat& seat);

  CapacityPolicy policy_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::deque<Seat> seats_;
  std::vector<int64_t> idle_us_;
  std::vector<int> used_;
  std::vector<std::unique_ptr<LoadClass>> classes_;
};

}  // namespace muara::routing::engine
