// The items that wait, or are offered or held, as the engine keeps them: by number, 56 bytes each,
// and found by their ids, which stand in the record alone. One thread.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "services/routing/domain/engine/item_id.h"
#include "services/routing/domain/engine/roster.h"
#include "services/routing/domain/engine/slab.h"
#include "services/routing/domain/rank.h"

namespace muara::routing::engine {

// What most items do not have.
struct Extras {
  Requirements requirements;
  std::vector<std::pair<uint32_t, Time>> excluded;
  Time due_time;
  Time wait_start;   // Time(): it came
  Time queue_start;  // when it moved into its queue; Time(): it came there, or by overflow
  Time preferred_until;
  uint32_t preferred = kNobody;
  Preference preference = Preference::kSticky;
};

struct Entry {
  ItemId id;
  Time enqueue_time;
  Time moment;  // when it must be placed anew; Time(): never
  std::unique_ptr<Extras> extras;
  uint32_t lane = kNothing;  // while it waits and is placed
  uint32_t queue = 0;
  int version = 0;
  uint32_t weight : 14 = 1;
  uint32_t priority : 7 = 0;
  Channel channel : 4 = Channel::kEmail;
  Order order : 3 = Order::kPriority;  // of its queue, as it was placed
  bool waits : 1 = false;
  bool fresh : 1 = false;
  bool overflows : 1 = false;  // may move to the overflow queue, and was not told to yet
  bool limited : 1 = false;    // its queue's maximum wait counts, and was not told yet

  bool IsPlaced() const { return lane != kNothing; }
  bool Excludes(uint32_t agent, Time now) const {
    return extras != nullptr && ExcludesByExtras(agent, now);
  }
  uint32_t preferred() const { return extras == nullptr ? kNobody : extras->preferred; }
  Time WaitStart() const {
    return extras == nullptr || extras->wait_start == Time() ? enqueue_time : extras->wait_start;
  }
  Time QueueStart() const {
    return extras == nullptr ? enqueue_time : std::max(WaitStart(), extras->queue_start);
  }
  bool IsDirected() const {
    return extras != nullptr && extras->preference == Preference::kDirected;
  }
  int64_t since_us() const {
    return SinceMicros(order, enqueue_time, extras == nullptr ? Time() : extras->due_time);
  }

 private:
  bool ExcludesByExtras(uint32_t agent, Time now) const;
};
static_assert(sizeof(Entry) == 56, "there may be a million");
// One bit of what is an enum is its sign.
static_assert(kChannelCount <= 1 << 3 && kCapacityMax < 1 << 14 && kPriorityMax < 1 << 7);

// Rank.h's order, of an item that was placed.
struct Standing {
  int tier = 0;
  int64_t score = 0;
  uint32_t item = kNothing;
};

class Items {
 public:
  Items() = default;
  Items(const Items&) = delete;
  Items& operator=(const Items&) = delete;

  Entry& operator[](uint32_t item) { return entries_[item]; }
  const Entry& operator[](uint32_t item) const { return entries_[item]; }
  // kNothing where it is not known.
  uint32_t Find(const ItemId& id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? kNothing : *known;
  }
  // Of one that is not known yet.
  uint32_t Add(ItemId id);
  void Remove(uint32_t item);

  bool Before(const Standing& a, const Standing& b) const {
    if (a.tier != b.tier) return a.tier < b.tier;
    if (a.score != b.score) return a.score > b.score;
    return IsOlder(a.item, b.item);
  }
  // Of two that are equal else: the longer wait, the id.
  bool IsOlder(uint32_t a, uint32_t b) const { return a != b && IsOlderByRecord(a, b); }

 private:
  struct ById {
    using is_transparent = void;
    const Slab<Entry>* entries;
    const ItemId& Of(const ItemId& id) const { return id; }
    const ItemId& Of(uint32_t item) const { return (*entries)[item].id; }
    size_t operator()(const auto& one) const { return absl::Hash<ItemId>()(Of(one)); }
    bool operator()(const auto& one, const auto& other) const { return Of(one) == Of(other); }
  };

  bool IsOlderByRecord(uint32_t a, uint32_t b) const;

  Slab<Entry> entries_;
  absl::flat_hash_set<uint32_t, ById, ById> by_id_{0, ById{&entries_}, ById{&entries_}};
};

}  // namespace muara::routing::engine
