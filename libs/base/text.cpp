#include "libs/base/text.h"

#include <array>
#include <cstdint>

namespace muara {
namespace {

// windows-1252 from 0x80 to 0x9F; the five holes become the replacement character.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

uint8_t At(std::string_view text, size_t index) { return static_cast<uint8_t>(text[index]); }

void AppendWindows1252(uint8_t byte, std::string& out) {
  AppendUtf8(byte < 0xA0 ? kWindows1252[byte - 0x80] : byte, out);
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void AppendUtf8(char32_t code_point, std::string& out) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = 0xFFFD;
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += {static_cast<char>(0xC0 | (code_point >> 6)), tail(0)};
  } else if (code_point < 0x10000) {
    out += {static_cast<char>(0xE0 | (code_point >> 12)), tail(6), tail(0)};
  } else {
    out += {static_cast<char>(0xF0 | (code_point >> 18)), tail(12), tail(6), tail(0)};
  }
}

std::string CleanText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const size_t length = Utf8Bytes(text.substr(at));
    if (length > 1) {
      out.append(text.substr(at, length));
    } else if (length == 0) {
      AppendWindows1252(At(text, at), out);
    } else if (c == '\r') {
      if (at + 1 == text.size() || text[at + 1] != '\n') out += '\n';
    } else if (c == '\t' || c == '\n' || (At(text, at) >= 0x20 && c != 0x7F)) {
      out += c;
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

std::string CleanLine(std::string_view text) {
  std::string out;
  bool pending_space = false;
  for (const char c : CleanText(text)) {
    if (IsSpace(c)) {
      pending_space = !out.empty();
      continue;
    }
    if (pending_space) out += ' ';
    pending_space = false;
    out += c;
  }
  return out;
}

std::string_view CutUtf8(std::string_view text, size_t size_max_bytes) {
  if (text.size() <= size_max_bytes) return text;
  size_t end = size_max_bytes;
  while (end > 0 && (At(text, end) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         LowerAscii(text.substr(0, lower_prefix.size())) == lower_prefix;
}

bool EqualNoCase(std::string_view text, std::string_view lower_other) {
  return text.size() == lower_other.size() && StartsWithNoCase(text, lower_other);
}

}  // namespace muara
