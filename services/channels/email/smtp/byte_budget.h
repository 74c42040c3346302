// How many bytes of mail all sessions together may hold at once, so that many large mails cannot
// exhaust the memory. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace muara::email {

class ByteBudget {
 public:
  explicit ByteBudget(int64_t size_max_bytes) : left_(size_max_bytes) {}

  bool Reserve(int64_t size_bytes) {
    if (left_.fetch_sub(size_bytes) >= size_bytes) return true;
    left_.fetch_add(size_bytes);
    return false;
  }
  void Release(int64_t size_bytes) { left_.fetch_add(size_bytes); }
  int64_t left_bytes() const { return left_.load(); }

 private:
  std::atomic<int64_t> left_;
};

}  // namespace muara::email
