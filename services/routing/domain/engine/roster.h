// The agents as the engine sees them: numbered, with the room that each has for each channel, and
// who is ready for what as rows of bits.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "services/routing/domain/engine/bits.h"
#include "services/routing/domain/engine/names.h"
#include "services/routing/domain/work.h"

namespace muara::routing::engine {

struct Lane;

constexpr uint32_t kNobody = kNothing;  // of agents

// A skill by its number.
struct Grade {
  uint32_t skill = 0;
  int level = 0;
};

// What the engine keeps of an agent: as last put, with what the engine has given since.
struct Seat {
  int version = 0;  // whatever is put is newer
  int capacity = kCapacityDefault;
  Load load;
  int share = 1;
  int64_t served = 0;
  std::vector<Grade> grades;
  std::vector<uint32_t> queues;
  std::array<int, kChannelCount> room = {};  // -1: nothing of this channel
  std::vector<Lane*> kept;                   // of what waits for this agent alone
  std::vector<Lane*> held_for;               // lanes for whose first item this agent is kept free
  std::set<uint32_t> wanted_by;              // items that prefer this agent for a time
  bool takes_offers = false;
  bool fresh = false;  // may be able to take something since the last match

  int LevelOf(uint32_t skill) const;  // 0: none
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
  uint32_t Find(const std::string& agent_id) const { return ids_.Find(agent_id); }
  const std::string& IdOf(uint32_t number) const { return ids_[number]; }
  Seat& seat(uint32_t number) { return seats_[number]; }
  const Seat& seat(uint32_t number) const { return seats_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(seats_.size()); }

  // All but its queues. True: its skills are others now.
  bool TakeOver(uint32_t number, const Agent& agent);
  std::vector<Grade> GradesOf(const std::vector<Skill>& skills);
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
  bool HasSkills(const Seat& seat, const std::vector<Skill>& skills) const;

  CapacityPolicy policy_;
  Names ids_;
  Names skills_;
  std::deque<Seat> seats_;
  std::vector<int64_t> idle_us_;
  std::vector<int> used_;
  std::vector<std::unique_ptr<LoadClass>> classes_;
};

}  // namespace muara::routing::engine
