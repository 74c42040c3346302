#include "libs/base/id.h"

#include <sys/random.h>

#include <atomic>
#include <chrono>
#include <cstdint>

#include "libs/base/check.h"
#include "libs/base/crypto.h"

namespace muara {
namespace {

// 48 bits of milliseconds and 12 bits of a counter that never goes back, so that ids of one process
// sort in the order of their making even within a millisecond and over a clock set back.
uint64_t NextTick() {
  static std::atomic<uint64_t> last{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const uint64_t millis = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  uint64_t seen = last.load(std::memory_order_relaxed);
  uint64_t next = 0;
  do {
    next = std::max(millis << 12, seen + 1);
  } while (!last.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  return next;
}

void AppendHex(std::string& out, uint64_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out.push_back("0123456789abcdef"[(value >> shift) & 0xf]);
  }
}

}  // namespace

std::string NewUuid() {
  uint64_t random = 0;
  CHECK(getrandom(&random, sizeof random, 0) == sizeof random);
  const uint64_t tick = NextTick();
  std::string out;
  out.reserve(36);
  AppendHex(out, tick >> 28, 8);
  out.push_back('-');
  AppendHex(out, (tick >> 12) & 0xffff, 4);
  out.push_back('-');
  AppendHex(out, 0x7000 | (tick & 0xfff), 4);
  out.push_back('-');
  AppendHex(out, 0x8000 | ((random >> 48) & 0x3fff), 4);
  out.push_back('-');
  AppendHex(out, random & 0xffffffffffff, 12);
  return out;
}

std::string NamedUuid(std::string_view name) {
  std::string out = ToHex(Sha256(name).substr(0, 16));
  out[12] = '8';
  out[16] = "89ab"[out[16] % 4];
  for (const size_t dash : {20, 16, 12, 8}) out.insert(dash, "-");
  return out;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace muara
