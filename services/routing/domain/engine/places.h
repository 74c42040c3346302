// The items of a lane in their order. What came last waits aside until there is enough of it, and
// what goes is nearly always the first: so the tree is rarely searched, which in a large picture
// costs more than all the rest.
#pragma once

#include <absl/container/btree_set.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "services/routing/domain/engine/items.h"

namespace muara::routing::engine {

// Without the gap of four bytes that a number of eight would leave.
struct [[gnu::packed, gnu::aligned(4)]] Place {
  int64_t static_score = 0;
  uint32_t item = kNothing;
};
static_assert(sizeof(Place) == 12, "there may be a million");

class Places {
 public:
  explicit Places(const Items& items) : before_{&items}, tree_(before_) {}

  bool empty() const { return tree_.empty() && recent_.empty(); }
  const Place& first() const {
    if (recent_.empty()) return *tree_.begin();
    if (tree_.empty()) return recent_.front();
    return std::min(*tree_.begin(), recent_.front(), before_);
  }

  void Add(const Place& place) {
    recent_.insert(std::upper_bound(recent_.begin(), recent_.end(), place, before_), place);
    if (recent_.size() < kRecentMax) return;
    auto hint = tree_.lower_bound(recent_.front());
    for (const Place& one : recent_) hint = std::next(tree_.insert(hint, one));
    recent_.clear();
  }

  void Drop(const Place& place) {
    const auto recent = std::lower_bound(recent_.begin(), recent_.end(), place, before_);
    if (recent != recent_.end() && recent->item == place.item) {
      recent_.erase(recent);
    } else if (tree_.begin()->item == place.item) {
      tree_.erase(tree_.begin());
    } else {
      tree_.erase(place);
    }
  }

  // In order, until `visit` answers false.
  template <class Visit>
  void Walk(Visit visit) const {
    auto tree = tree_.begin();
    auto recent = recent_.begin();
    while (tree != tree_.end() || recent != recent_.end()) {
      const bool is_recent =
          tree == tree_.end() || (recent != recent_.end() && before_(*recent, *tree));
      if (!visit(is_recent ? *recent : *tree)) return;
      if (is_recent) {
        ++recent;
      } else {
        ++tree;
      }
    }
  }

 private:
  struct Before {
    const Items* items;
    bool operator()(const Place& a, const Place& b) const {
      if (a.static_score != b.static_score) return a.static_score > b.static_score;
      return items->IsOlder(a.item, b.item);
    }
  };
  static constexpr size_t kRecentMax = 16;

  const Before before_;
  absl::btree_set<Place, Before> tree_;
  std::vector<Place> recent_;  // in order too
};

}  // namespace muara::routing::engine
