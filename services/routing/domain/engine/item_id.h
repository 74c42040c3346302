// The id of a piece of work in 16 bytes where it is a UUID as this project writes them, else its
// text. Ordered as the texts are.
#pragma once

#include <absl/hash/hash.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace muara::routing::engine {

class ItemId {
 public:
  ItemId() = default;  // the empty text
  explicit ItemId(std::string_view text);
  ItemId(ItemId&& other) noexcept { *this = std::move(other); }
  ItemId& operator=(ItemId&& other) noexcept {
    std::swap(high_, other.high_);
    std::swap(low_, other.low_);
    return *this;
  }
  ~ItemId() {
    if (IsText()) delete kept();
  }

  std::string text() const;
  friend bool operator==(const ItemId& a, const ItemId& b);
  friend bool operator<(const ItemId& a, const ItemId& b);
  template <class Hash>
  friend Hash AbslHashValue(Hash state, const ItemId& id) {
    if (id.IsText()) return Hash::combine(std::move(state), id.text());
    return Hash::combine(std::move(state), id.high_, id.low_);
  }

 private:
  // A UUID has its version here, which is never 0 but in the nil one: that is kept as a text.
  static constexpr uint64_t kVersion = 0xf000;

  bool IsText() const { return (high_ & kVersion) == 0; }
  const std::string* kept() const { return reinterpret_cast<const std::string*>(low_); }

  uint64_t high_ = 0;
  uint64_t low_ = 0;  // where the text is, if it is one
};
static_assert(sizeof(ItemId) == 16 && sizeof(uint64_t) == sizeof(std::string*));

}  // namespace muara::routing::engine
