// A growing row of bits, and the walk over what two rows share: 64 agents a step.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace muara::routing::engine {

class Bits {
 public:
  bool Has(size_t at) const {
    return at / 64 < words_.size() && ((words_[at / 64] >> (at % 64)) & 1) != 0;
  }
  void Put(size_t at) {
    if (at / 64 >= words_.size()) words_.resize(at / 64 + 1);
    words_[at / 64] |= uint64_t{1} << (at % 64);
  }
  void Drop(size_t at) {
    if (at / 64 < words_.size()) words_[at / 64] &= ~(uint64_t{1} << (at % 64));
  }

  static bool Meet(const Bits& a, const Bits& b) {
    const size_t words = std::min(a.words_.size(), b.words_.size());
    for (size_t word = 0; word < words; ++word) {
      if ((a.words_[word] & b.words_[word]) != 0) return true;
    }
    return false;
  }

  template <class Visit>
  void ForEach(Visit visit) const {
    ForEachOfBoth(*this, *this, visit);
  }

  template <class Visit>
  static void ForEachOfBoth(const Bits& a, const Bits& b, Visit visit) {
    const size_t words = std::min(a.words_.size(), b.words_.size());
    for (size_t word = 0; word < words; ++word) {
      for (uint64_t left = a.words_[word] & b.words_[word]; left != 0; left &= left - 1) {
        visit(static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace muara::routing::engine
