// What waits: items in lanes of their like. All of a lane need the same of an agent and are ordered
// by a key that does not change with time, so that a search looks at lanes instead of items.
#pragma once

#include <absl/container/btree_set.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/routing/domain/engine/items.h"
#include "services/routing/domain/engine/names.h"
#include "services/routing/domain/engine/places.h"
#include "services/routing/domain/engine/roster.h"

namespace muara::routing::engine {

// Those who work on a queue and have certain skills.
struct Audience {
  std::vector<Skill> needs;
  std::vector<Grade> grades;  // the same by numbers
  Bits able;
  std::vector<Lane*> lanes;
};

struct Lane {
  explicit Lane(const Items& items) : places(items) {}

  uint32_t number = 0;
  uint32_t queue = 0;
  const LoadClass* load_class = nullptr;
  const Audience* audience = nullptr;  // none, if it is kept for one agent
  uint32_t kept_for = kNobody;
  uint32_t held_agent = kNobody;  // kept free for its first item
  bool touched = false;           // its hold is to be judged anew
  size_t front = 0;               // its place among the fronts of its queue
  Places places;

  bool Serves(uint32_t agent) const {
    return audience != nullptr ? audience->able.Has(agent) : kept_for == agent;
  }
};

// What a search asks of a lane, side by side with the others of its queue.
struct Front {
  Place first;
  Lane* lane = nullptr;
  const Bits* able = nullptr;
  Channel channel = Channel::kEmail;
  int weight = 1;
};

struct QueueRecord {
  Queue queue;
  bool open = true;  // as last judged
  Time change;       // when that ends; Time(): never
  Bits members;
  std::vector<std::unique_ptr<Audience>> audiences;
  std::vector<Front> fronts;  // of the lanes that hold something, kept ones apart
  std::vector<Lane*> kept;
};

class Backlog {
 public:
  explicit Backlog(Roster& roster) : roster_(roster) {}

  Items& items() { return items_; }
  const Items& items() const { return items_; }
  uint32_t NumberOf(const std::string& queue_id);
  QueueRecord& queue(uint32_t number) { return *queues_[number]; }
  const QueueRecord& queue(uint32_t number) const { return *queues_[number]; }
  const Lane& LaneAt(const Entry& entry) const { return *lanes_[entry.lane]; }

  // Puts it where it belongs now; notes when that ends.
  void Enter(uint32_t item, Time now);
  void Leave(uint32_t item);
  // Those whose place has run out leave it; they are to be entered again.
  std::vector<uint32_t> TakeRunOut(Time now);
  std::optional<Time> next_moment() const;

  // Are these the queues that the agent works on?
  bool HasQueues(uint32_t agent, const std::vector<std::string>& queue_ids) const;
  // The agent works on these queues now, with the skills of its seat.
  void SetQueues(uint32_t agent, const std::vector<std::string>& queue_ids);
  // Takes all items out of the queue's lanes. Those may be forgotten then, if nobody is held back
  // for them.
  std::vector<uint32_t> Empty(uint32_t queue);
  void Forget(uint32_t queue);
  Standing StandingOf(uint32_t item, Time now) const;
  // Lanes whose holds must be judged anew.
  void Touch(Lane& lane);
  void TouchAllOf(uint32_t agent);
  std::vector<Lane*> TakeTouched() { return std::exchange(touched_, {}); }
  int lanes() const { return filled_lanes_; }

 private:
  // When an item must be placed anew.
  struct [[gnu::packed, gnu::aligned(4)]] Alarm {
    int64_t moment_us = 0;
    uint32_t item = kNothing;
    bool operator<(const Alarm& other) const {
      return moment_us != other.moment_us ? moment_us < other.moment_us : item < other.item;
    }
  };

  Audience& AudienceOf(QueueRecord& record, const Entry& entry, Time now);
  Lane& LaneOf(Audience& audience, const Entry& entry);
  Lane& KeptLane(const Entry& entry);
  Lane& MakeLane(const Entry& entry, const LoadClass& load_class);
  void DropLanes(const Audience& audience);
  Place PlaceOf(uint32_t item) const;
  bool IsKept(const Entry& entry, const Audience& audience, Time now) const;
  Time NextMoment(const Entry& entry, Time now) const;
  void Judge(Audience& audience, uint32_t agent);
  void RefreshFront(Lane& lane);
  void DropFront(Lane& lane);

  Roster& roster_;
  Items items_;
  Names ids_;
  std::vector<std::unique_ptr<QueueRecord>> queues_;
  Slab<std::unique_ptr<Lane>> lanes_;
  absl::btree_set<Alarm> alarms_;
  std::vector<Lane*> touched_;
  int filled_lanes_ = 0;
};

}  // namespace muara::routing::engine
