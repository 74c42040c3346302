// Makes a raw message safe for the MIME library before it sees it: caps its size, headers and
// parts, and breaks up address groups that nest (To: g:g:g:... exhausts a recursive parser's
// stack). What was cut or changed is named. Only the copy for parsing changes; the original is kept
// elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muara::email {

inline constexpr size_t kRawMaxBytes = 64 * 1024 * 1024;
inline constexpr size_t kHeadersMax = 1000;
inline constexpr size_t kHeaderMaxBytes = 64 * 1024;
inline constexpr size_t kHeaderSectionMaxBytes = 1024 * 1024;
inline constexpr size_t kDelimiterLinesMax = 10'000;
inline constexpr int kGroupDepthMax = 4;
inline constexpr int kColonsMax = 1000;

struct Screened {
  std::string bytes;
  std::vector<std::string> defects;
};

Screened Screen(std::string_view raw);

}  // namespace muara::email
