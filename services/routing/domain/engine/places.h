// The items of a lane in their order. What came last waits aside until there is enough of it, and
// what goes is nearly always the first: so the tree is rarely searched, which in a large picture
// costs more than all the rest.
#pragma once

#include <absl/container/btree_set.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace muara::routing::engine {

struct Entry;

struct Place {
  int64_t static_score = 0;
  Entry* entry = nullptr;
  // Entries are told apart by age and id.
  bool operator<(const Place& other) const;
};

class Places {
 public:
  bool empty() const { return tree_.empty() && recent_.empty(); }
  const Place& first() const {
    if (recent_.empty()) return *tree_.begin();
    if (tree_.empty()) return recent_.front();
    return std::min(*tree_.begin(), recent_.front());
  }

  void Add(const Place& place) {
    recent_.insert(std::upper_bound(recent_.begin(), recent_.end(), place), place);
    if (recent_.size() < kRecentMax) return;
    auto hint = tree_.lower_bound(recent_.front());
    for (const Place& one : recent_) hint = std::next(tree_.insert(hint, one));
    recent_.clear();
  }

  void Drop(const Place& place) {
    const auto recent = std::lower_bound(recent_.begin(), recent_.end(), place);
    if (recent != recent_.end() && recent->entry == place.entry) {
      recent_.erase(recent);
    } else if (tree_.begin()->entry == place.entry) {
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
      const bool is_recent = tree == tree_.end() || (recent != recent_.end() && *recent < *tree);
      if (!visit(is_recent ? *recent : *tree)) return;
      if (is_recent) {
        ++recent;
      } else {
        ++tree;
      }
    }
  }

 private:
  static constexpr size_t kRecentMax = 16;

  absl::btree_set<Place> tree_;
  std::vector<Place> recent_;  // in order too
};

}  // namespace muara::routing::engine
