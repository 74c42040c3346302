#include "services/gateway/domain/cursor.h"

#include "libs/base/crypto.h"

namespace muara::gateway {
namespace {

constexpr char kVersion = 1;
constexpr size_t kTextBytesMax = 8000;
constexpr uint64_t kTopicsMax = 16;
constexpr uint64_t kPartsMax = 256;
constexpr uint64_t kNameBytesMax = 64;

void PutNumber(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(0x80 | (value & 0x7f));
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void PutText(std::string& out, const std::string& text) {
  PutNumber(out, text.size());
  out += text;
}

// Reads from the front; after the first thing that is missing, `ok` stays false.
struct Reader {
  std::string_view rest;
  bool ok = true;

  uint64_t Number(uint64_t max) {
    uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (rest.empty()) break;
      const auto byte = static_cast<unsigned char>(rest.front());
      rest.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        ok = ok && value <= max;
        return ok ? value : 0;
      }
    }
    ok = false;
    return 0;
  }

  std::string Text() {
    const uint64_t size = Number(kNameBytesMax);
    if (!ok || size > rest.size()) {
      ok = false;
      return "";
    }
    std::string text(rest.substr(0, size));
    rest.remove_prefix(size);
    return text;
  }
};

}  // namespace

std::string ToText(const Cursor& cursor) {
  std::string bytes(1, kVersion);
  PutNumber(bytes, cursor.size());
  for (const auto& [topic, at] : cursor) {
    PutText(bytes, topic);
    PutText(bytes, at.epoch);
    PutNumber(bytes, at.positions.size());
    for (const int64_t position : at.positions) PutNumber(bytes, static_cast<uint64_t>(position));
  }
  // The checksum tells a cut or mistyped id from a true one.
  const uint32_t sum = Crc32c(bytes);
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(sum >> shift & 0xff);
  return ToBase64Url(bytes);
}

std::optional<Cursor> CursorFromText(std::string_view text) {
  if (text.size() > kTextBytesMax) return std::nullopt;
  const auto bytes = FromBase64Url(text);
  if (!bytes || bytes->size() < 6 || bytes->front() != kVersion) return std::nullopt;
  const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - 4);
  uint32_t sum = 0;
  for (int i = 0; i < 4; ++i) {
    sum |= static_cast<uint32_t>(static_cast<unsigned char>((*bytes)[body.size() + i])) << (8 * i);
  }
  if (sum != Crc32c(body)) return std::nullopt;
  Reader reader{body.substr(1)};
  Cursor cursor;
  const uint64_t topics = reader.Number(kTopicsMax);
  for (uint64_t i = 0; i < topics && reader.ok; ++i) {
    TopicCursor& at = cursor[reader.Text()];
    at.epoch = reader.Text();
    at.positions.resize(reader.Number(kPartsMax));
    for (int64_t& position : at.positions) {
      position = static_cast<int64_t>(reader.Number(INT64_MAX));
    }
  }
  if (!reader.ok || !reader.rest.empty()) return std::nullopt;
  return cursor;
}

}  // namespace muara::gateway
