#include "services/routing/domain/engine/items.h"

#include <algorithm>
#include <tuple>

namespace muara::routing::engine {

bool Entry::ExcludesByExtras(uint32_t agent, Time now) const {
  return std::any_of(extras->excluded.begin(), extras->excluded.end(),
                     [&](const auto& one) { return one.first == agent && now < one.second; });
}

uint32_t Items::Add(ItemId id) {
  Entry entry;
  entry.id = std::move(id);
  const uint32_t item = entries_.Add(std::move(entry));
  by_id_.insert(item);
  return item;
}

void Items::Remove(uint32_t item) {
  by_id_.erase(item);
  entries_.Drop(item);
}

bool Items::IsOlderByRecord(uint32_t a, uint32_t b) const {
  const Entry &one = entries_[a], &other = entries_[b];
  const int64_t since_us = one.since_us(), other_since_us = other.since_us();
  if (since_us != other_since_us) return since_us < other_since_us;
  return one.id < other.id;
}

}  // namespace muara::routing::engine
