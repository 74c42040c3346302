// What waits: items in lanes of their like. All of a lane need the same of an agent and are ordered
// by a key that does not change with time, so that a search looks at lanes instead of items.
#pragma once

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_set.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/routing/domain/engine/item_id.h"
#include "services/routing/domain/engine/places.h"
#include "services/routing/domain/engine/roster.h"
#include "services/routing/domain/rank.h"

namespace muara::routing::engine {

// What most items do not have.
struct Extras {
  Requirements requirements;
  std::vector<std::pair<uint32_t, Time>> excluded;
  Time due_time;
  Time wait_start;  // Time(): it came
  Time preferred_until;
  uint32_t preferred = kNobody;
  Preference preference = Preference::kSticky;
};

// There may be a million.
struct Entry {
  explicit Entry(ItemId of) : id(std::move(of)) {}

  ItemId id;
  int64_t static_score = 0;
  int64_t since_us = 0;
  Time enqueue_time;
  Time moment;           // when it must be placed anew; Time(): never
  Lane* lane = nullptr;  // while it waits and is placed
  std::unique_ptr<Extras> extras;
  uint32_t queue = 0;
  int version = 0;
  uint16_t weight = 1;
  uint8_t priority = 0;
  Channel channel : 4 = Channel::kEmail;
  bool waits : 1 = false;
  bool fresh : 1 = false;
  bool overflows : 1 = false;  // may move to the overflow queue, and was not told to yet
  bool limited : 1 = false;    // its queue's maximum wait counts, and was not told yet

  bool Excludes(uint32_t agent, Time now) const;
  uint32_t preferred() const { return extras == nullptr ? kNobody : extras->preferred; }
  Time WaitStart() const {
    return extras == nullptr || extras->wait_start == Time() ? enqueue_time : extras->wait_start;
  }
  bool IsDirected() const {
    return extras != nullptr && extras->preference == Preference::kDirected;
  }
};

// Rank.h's order, of an entry that was placed.
struct Standing {
  int tier = 0;
  int64_t score = 0;
  Entry* entry = nullptr;
  bool Before(const Standing& other) const;
};

// Those who work on a queue and have certain skills.
struct Audience {
  std::vector<Skill> needs;
  Bits able;
  std::vector<std::unique_ptr<Lane>> lanes;
};

struct Lane {
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
  std::vector<std::unique_ptr<Lane>> kept;
};

class Backlog {
 public:
  explicit Backlog(Roster& roster) : roster_(roster) {}

  uint32_t NumberOf(const std::string& queue_id);
  QueueRecord& queue(uint32_t number) { return *queues_[number]; }
  const QueueRecord& queue(uint32_t number) const { return *queues_[number]; }

  // Items that wait, or are offered or held. Nothing where it is not known.
  Entry* Find(const ItemId& id);
  Entry& Add(ItemId id);
  void Remove(Entry& entry);

  // Puts it where it belongs now; notes when that ends.
  void Enter(Entry& entry, Time now);
  void Leave(Entry& entry);
  // Those whose place has run out leave it; they are to be entered again.
  std::vector<Entry*> TakeRunOut(Time now);
  std::optional<Time> next_moment() const;

  // The agent works on these queues now, with the skills of its seat.
  void SetQueues(uint32_t agent, const std::vector<std::string>& queue_ids);
  // Takes all items out of the queue's lanes. Those may be forgotten then, if nobody is held back
  // for them.
  std::vector<Entry*> Empty(uint32_t queue);
  void Forget(uint32_t queue);
  Standing StandingOf(Entry& entry, Time now) const;
  // Lanes whose holds must be judged anew.
  void Touch(Lane& lane);
  void TouchAllOf(uint32_t agent);
  std::vector<Lane*> TakeTouched() { return std::exchange(touched_, {}); }
  int lanes() const { return lanes_; }

 private:
  Audience& AudienceOf(QueueRecord& record, const Entry& entry, Time now);
  Lane& LaneOf(Audience& audience, const Entry& entry);
  Lane& KeptLane(const Entry& entry);
  bool IsKept(const Entry& entry, const Audience& audience, Time now) const;
  Time NextMoment(const Entry& entry, Time now) const;
  void Judge(Audience& audience, uint32_t agent);
  void RefreshFront(Lane& lane);
  void DropFront(Lane& lane);

  struct ById {
    using is_transparent = void;
    static const ItemId& Of(const ItemId& id) { return id; }
    static const ItemId& Of(const std::unique_ptr<Entry>& entry) { return entry->id; }
    size_t operator()(const auto& one) const { return absl::Hash<ItemId>()(Of(one)); }
    bool operator()(const auto& one, const auto& other) const { return Of(one) == Of(other); }
  };

  Roster& roster_;
  absl::flat_hash_set<std::unique_ptr<Entry>, ById, ById> entries_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::unique_ptr<QueueRecord>> queues_;
  absl::btree_set<std::pair<Time, Entry*>> moments_;
  std::vector<Lane*> touched_;
  int lanes_ = 0;
};

}  // namespace muara::routing::engine
