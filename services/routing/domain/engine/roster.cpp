#include "services/routing/domain/engine/roster.h"

#include <algorithm>

namespace muara::routing::engine {

int Seat::LevelOf(uint32_t skill) const {
  const auto found = std::find_if(grades.begin(), grades.end(),
                                  [&](const Grade& own) { return own.skill == skill; });
  return found == grades.end() ? 0 : found->level;
}

uint32_t Roster::NumberOf(const std::string& agent_id) {
  const uint32_t number = ids_.NumberOf(agent_id);
  if (number == seats_.size()) {
    seats_.emplace_back().room.fill(-1);
    idle_us_.push_back(0);
    used_.push_back(0);
  }
  return number;
}

std::vector<Grade> Roster::GradesOf(const std::vector<Skill>& skills) {
  std::vector<Grade> grades;
  grades.reserve(skills.size());
  for (const Skill& one : skills) grades.push_back({skills_.NumberOf(one.name), one.level});
  return grades;
}

bool Roster::HasSkills(const Seat& seat, const std::vector<Skill>& skills) const {
  return std::equal(seat.grades.begin(), seat.grades.end(), skills.begin(), skills.end(),
                    [&](const Grade& own, const Skill& other) {
                      return own.level == other.level && skills_[own.skill] == other.name;
                    });
}

bool Roster::TakeOver(uint32_t number, const Agent& agent) {
  Seat& seat = seats_[number];
  seat.version = agent.version;
  seat.capacity = agent.capacity;
  seat.load = agent.load;
  seat.share = agent.share;
  seat.served = agent.served;
  seat.takes_offers = agent.TakesOffers();
  idle_us_[number] = ToMicros(agent.idle_since);
  if (HasSkills(seat, agent.skills)) return false;
  seat.grades = GradesOf(agent.skills);
  return true;
}

void Roster::Judge(LoadClass& load_class, uint32_t number, const Seat& seat) {
  if (seat.room[static_cast<size_t>(load_class.channel)] >= load_class.weight) {
    load_class.ready.Put(number);
  } else {
    load_class.ready.Drop(number);
  }
}

LoadClass& Roster::ClassOf(Channel channel, int weight) {
  for (const auto& one : classes_) {
    if (one->channel == channel && one->weight == weight) return *one;
  }
  classes_.push_back(std::make_unique<LoadClass>());
  LoadClass& made = *classes_.back();
  made.channel = channel;
  made.weight = weight;
  for (uint32_t number = 0; number < seats_.size(); ++number) Judge(made, number, seats_[number]);
  return made;
}

void Roster::Refresh(uint32_t number) {
  Seat& seat = seats_[number];
  used_[number] = seat.load.total();
  seat.room.fill(-1);
  if (seat.takes_offers) {
    for (const Channel channel : kChannels) {
      seat.room[static_cast<size_t>(channel)] = RoomFor(policy_, channel, seat.load, seat.capacity);
    }
  }
  for (const auto& one : classes_) Judge(*one, number, seat);
}

void Roster::Set(const CapacityPolicy& policy) {
  policy_ = policy;
  for (uint32_t number = 0; number < seats_.size(); ++number) Refresh(number);
}

}  // namespace muara::routing::engine
