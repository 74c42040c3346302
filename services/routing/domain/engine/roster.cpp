#include "services/routing/domain/engine/roster.h"

namespace muara::routing::engine {

uint32_t Roster::NumberOf(const std::string& agent_id) {
  const auto [known, is_new] = numbers_.try_emplace(agent_id, static_cast<uint32_t>(seats_.size()));
  if (is_new) {
    Seat& seat = seats_.emplace_back();
    seat.agent.id = agent_id;
    seat.agent.version = 0;  // whatever is put is newer
    seat.room.fill(-1);
    idle_us_.push_back(0);
    used_.push_back(0);
  }
  return known->second;
}

uint32_t Roster::Find(const std::string& agent_id) const {
  const auto known = numbers_.find(agent_id);
  return known == numbers_.end() ? kNobody : known->second;
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
  const Agent& agent = seat.agent;
  idle_us_[number] = ToMicros(agent.idle_since);
  used_[number] = agent.used();
  seat.room.fill(-1);
  if (agent.TakesOffers()) {
    for (const Channel channel : kChannels) {
      seat.room[static_cast<size_t>(channel)] =
          RoomFor(policy_, channel, agent.load, agent.capacity);
    }
  }
  for (const auto& one : classes_) Judge(*one, number, seat);
}

void Roster::Set(const CapacityPolicy& policy) {
  policy_ = policy;
  for (uint32_t number = 0; number < seats_.size(); ++number) Refresh(number);
}

}  // namespace muara::routing::engine
