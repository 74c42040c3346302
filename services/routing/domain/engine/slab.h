// Things numbered from 0, in chunks: growing moves nothing and takes no room ahead, so that what
// there is a million of is named by four bytes. The room of what is dropped is used again.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace muara::routing::engine {

constexpr uint32_t kNothing = ~uint32_t{0};

template <class T>
class Slab {
 public:
  T& operator[](uint32_t number) { return chunks_[number / kChunk][number % kChunk]; }
  const T& operator[](uint32_t number) const { return chunks_[number / kChunk][number % kChunk]; }

  uint32_t Add(T value) {
    uint32_t number = size_;
    if (free_.empty()) {
      if (number % kChunk == 0) chunks_.push_back(std::make_unique<T[]>(kChunk));
      ++size_;
    } else {
      number = free_.back();
      free_.pop_back();
    }
    (*this)[number] = std::move(value);
    return number;
  }

  void Drop(uint32_t number) {
    (*this)[number] = T();
    free_.push_back(number);
  }

 private:
  static constexpr uint32_t kChunk = 1024;

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<uint32_t> free_;
  uint32_t size_ = 0;
};

}  // namespace muara::routing::engine
