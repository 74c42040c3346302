// The id of a piece of work in 16 bytes where it is a UUID as this project writes them, else its
// text. Ordered as the texts are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace muara::routing::engine {

class ItemId {
 public:
  explicit ItemId(std::string_view text);

  std::string text() const;
  friend bool operator==(const ItemId& a, const ItemId& b);
  friend bool operator<(const ItemId& a, const ItemId& b);
  template <class Hash>
  friend Hash AbslHashValue(Hash state, const ItemId& id) {
    if (id.text_ != nullptr) return Hash::combine(std::move(state), *id.text_);
    return Hash::combine(std::move(state), id.high_, id.low_);
  }

 private:
  uint64_t high_ = 0;
  uint64_t low_ = 0;
  std::unique_ptr<const std::string> text_;  // of what is no UUID
};

}  // namespace muara::routing::engine
