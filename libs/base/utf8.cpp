#include "libs/base/utf8.h"

#include <cstdint>

namespace muara {
namespace {
uint8_t At(std::string_view text, size_t index) { return static_cast<uint8_t>(text[index]); }
}  // namespace

size_t Utf8Bytes(std::string_view text) {
  const uint8_t lead = At(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size > text.size()) return 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (At(text, 1) < low || At(text, 1) > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if ((At(text, i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = Utf8Bytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace muara
