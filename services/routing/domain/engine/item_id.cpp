#include "services/routing/domain/engine/item_id.h"

#include <array>
#include <optional>
#include <tuple>

namespace muara::routing::engine {
namespace {

constexpr size_t kUuidSize = 36;
constexpr char kDigits[] = "0123456789abcdef";

bool IsDash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

// -1: no digit of ours. Upper case is not, so that each text has one id and each id one text.
int DigitOf(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return -1;
}

std::optional<std::array<uint64_t, 2>> HalvesOf(std::string_view text) {
  if (text.size() != kUuidSize) return std::nullopt;
  std::array<uint64_t, 2> halves = {};
  size_t digits = 0;
  for (size_t at = 0; at < kUuidSize; ++at) {
    if (IsDash(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const int digit = DigitOf(text[at]);
    if (digit < 0) return std::nullopt;
    uint64_t& half = halves[digits++ / 16];
    half = half << 4 | static_cast<uint64_t>(digit);
  }
  return halves;
}

}  // namespace

ItemId::ItemId(std::string_view text) {
  const auto halves = HalvesOf(text);
  if (halves && ((*halves)[0] & kVersion) != 0) {
    high_ = (*halves)[0], low_ = (*halves)[1];
  } else if (!text.empty()) {
    low_ = reinterpret_cast<uint64_t>(new std::string(text));
  }
}

std::string ItemId::text() const {
  if (IsText()) return kept() == nullptr ? "" : *kept();
  std::string text(kUuidSize, '-');
  int digits = 0;
  for (size_t at = 0; at < kUuidSize; ++at) {
    if (IsDash(at)) continue;
    const uint64_t half = digits < 16 ? high_ : low_;
    text[at] = kDigits[(half >> (60 - 4 * (digits % 16))) & 0xf];
    ++digits;
  }
  return text;
}

bool operator==(const ItemId& a, const ItemId& b) {
  if (a.IsText() && b.IsText()) return a.text() == b.text();
  return a.high_ == b.high_ && a.low_ == b.low_;
}

bool operator<(const ItemId& a, const ItemId& b) {
  if (!a.IsText() && !b.IsText()) return std::tie(a.high_, a.low_) < std::tie(b.high_, b.low_);
  return a.text() < b.text();
}

}  // namespace muara::routing::engine
