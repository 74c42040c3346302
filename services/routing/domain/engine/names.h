// Texts by numbers, given on first mention and kept: agents, queues and skills.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "services/routing/domain/engine/slab.h"

namespace muara::routing::engine {

class Names {
 public:
  uint32_t NumberOf(std::string_view text) {
    const auto known = numbers_.find(text);
    if (known != numbers_.end()) return known->second;
    const auto number = static_cast<uint32_t>(texts_.size());
    numbers_.emplace(texts_.emplace_back(text), number);
    return number;
  }
  // kNothing where it was never mentioned.
  uint32_t Find(std::string_view text) const {
    const auto known = numbers_.find(text);
    return known == numbers_.end() ? kNothing : known->second;
  }
  const std::string& operator[](uint32_t number) const { return texts_[number]; }
  size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;  // of the texts above, which stay
};

}  // namespace muara::routing::engine
