#include "services/channels/email/domain/quote_marks.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr size_t kAttributionLinesMax = 5;
constexpr size_t kAttributionMaxBytes = 500;
constexpr size_t kHeaderBlockLinesMax = 12;
constexpr size_t kMarkerMaxBytes = 200;

using Words = std::initializer_list<std::string_view>;

bool IsOneOf(std::string_view text, Words words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool StartsWithAny(std::string_view text, Words prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool ContainsAny(std::string_view text, Words words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

bool HasDigit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

// Lower case without the stars and dashes by which text versions show bold and rules.
std::string Bare(std::string_view line) {
  if (line.size() > kMarkerMaxBytes) return "";
  std::string lower = LowerAscii(line);
  const auto is_frame = [](char c) { return c == '*' || c == ' ' || c == '-' || c == '\t'; };
  while (!lower.empty() && is_frame(lower.front())) lower.erase(0, 1);
  while (!lower.empty() && is_frame(lower.back())) lower.pop_back();
  return lower;
}

// The name before the colon of a header-like line, in lower case: "from", "kepada".
std::string LabelOf(std::string_view line) {
  std::string label = LowerAscii(line.substr(0, std::min<size_t>(line.size(), 40)));
  std::erase(label, '*');
  const size_t colon = label.find(':');
  return colon == std::string::npos ? "" : std::string(Trim(label.substr(0, colon)));
}

std::string Join(const Lines& lines, size_t at, size_t count) {
  std::string joined;
  for (size_t i = at; i < at + count; ++i) {
    if (!joined.empty()) joined += ' ';
    joined += Trim(lines[i]);
  }
  return joined;
}

bool EndsWithWrote(std::string_view lower) {
  while (lower.ends_with(' ') || lower.ends_with('*')) lower.remove_suffix(1);
  if (!lower.ends_with(':')) return false;
  lower.remove_suffix(1);
  lower = Trim(lower);
  return lower.ends_with("wrote") || lower.ends_with("writes") || lower.ends_with("menulis") ||
         lower.ends_with("написал") || lower.ends_with("menuliskan");
}

// Yahoo puts the quoted text on the line of the attribution, behind some spaces.
std::string_view WithoutQuotedText(std::string_view lower) {
  for (const std::string_view wrote : {"wrote:  ", "menulis:  "}) {
    const size_t at = lower.find(wrote);
    if (at == std::string_view::npos) continue;
    const std::string_view attribution = lower.substr(0, at + wrote.size());
    if (attribution.find('@') != std::string_view::npos) return Trim(attribution);
  }
  return lower;
}

// On Mon, 2 Mar 2026 at 10:21, Budi <budi@example.com> wrote:
bool IsAttribution(std::string_view joined) {
  const std::string whole = LowerAscii(joined);
  const std::string_view lower = WithoutQuotedText(whole);
  if (EndsWithWrote(lower)) {
    return (HasDigit(lower) && StartsWithAny(lower, {"on ", "pada ", "le "})) ||
           lower.find('@') != std::string::npos ||
           (HasDigit(lower) && lower.find_first_of("0123456789") < 6);
  }
  // 2026-03-02 10:21 GMT+07:00 Budi <budi@example.com>:
  return lower.ends_with(">:") && lower.find('@') != std::string::npos && lower.front() >= '0' &&
         lower.front() <= '9' && lower.find(':') + 1 < lower.size();
}

bool MayStartAttribution(std::string_view line) {
  const std::string lower = LowerAscii(line.substr(0, std::min<size_t>(line.size(), 8)));
  return StartsWithAny(lower, {"on ", "pada ", "le "}) ||
         (!lower.empty() && lower[0] >= '0' && lower[0] <= '9');
}

}  // namespace

bool IsQuoted(std::string_view line) { return Trim(line).starts_with('>'); }

bool IsOriginalMarker(std::string_view line) {
  const std::string_view trimmed = Trim(line);
  if (!trimmed.starts_with("--") && !trimmed.starts_with("*--")) return false;
  return IsOneOf(Bare(trimmed),
                 {"original message", "original appointment", "pesan asli", "pesan orisinal",
                  "pesan sebelumnya", "surat asli", "reply message", "urspruengliche nachricht",
                  "message d'origine", "mensaje original"});
}

bool IsForwardMarker(std::string_view line) {
  const std::string bare = Bare(Trim(line));
  if (IsOneOf(bare, {"begin forwarded message:", "awal pesan terusan:",
                     "memulai pesan yang diteruskan:"})) {
    return true;
  }
  return Trim(line).starts_with("--") &&
         IsOneOf(bare, {"forwarded message", "forwarded by", "pesan terusan", "pesan diteruskan",
                        "pesan yang diteruskan", "diteruskan"});
}

bool IsHeaderBlock(const Lines& lines, size_t at) {
  if (!IsOneOf(LabelOf(Trim(lines[at])), {"from", "dari"})) return false;
  bool mailbox = lines[at].find('@') != std::string_view::npos;
  bool subject = false;
  int others = 0;
  const size_t end = std::min(lines.size(), at + kHeaderBlockLinesMax);
  for (size_t i = at + 1; i < end && !Trim(lines[i]).empty(); ++i) {
    const std::string label = LabelOf(Trim(lines[i]));
    if (IsOneOf(label, {"subject", "perihal", "subjek", "subyek", "hal", "judul"})) subject = true;
    if (IsOneOf(label, {"sent", "date", "to", "cc", "dikirim", "terkirim", "tanggal", "kepada",
                        "ke", "untuk", "tembusan", "waktu"})) {
      ++others;
    }
    if (lines[i].find('@') != std::string_view::npos) mailbox = true;
  }
  // "Dari: Jakarta, Ke: Bandung" is somebody's journey, no header: a subject or a mailbox is
  // needed.
  return (subject && others >= 1) || (others >= 2 && mailbox);
}

size_t AttributionLength(const Lines& lines, size_t at) {
  const std::string_view first = Trim(lines[at]);
  if (first.empty() || first.size() > kAttributionMaxBytes) return 0;
  if (!MayStartAttribution(first)) return IsAttribution(first) ? 1 : 0;
  for (size_t count = 1; count <= kAttributionLinesMax && at + count <= lines.size(); ++count) {
    if (Trim(lines[at + count - 1]).empty() || IsQuoted(lines[at + count - 1])) return 0;
    const std::string joined = Join(lines, at, count);
    if (joined.size() > kAttributionMaxBytes) return 0;
    if (IsAttribution(joined)) return count;
  }
  return 0;
}

bool IsRule(std::string_view line) {
  const std::string_view trimmed = Trim(line);
  return trimmed.size() >= 5 && trimmed.find_first_not_of("_-*") == std::string_view::npos;
}

bool IsSignatureDelimiter(std::string_view line) {
  return line == "-- " || line == "--" || line == "--\t" || line == "-- \t";
}

bool IsDeviceLine(std::string_view line) {
  const std::string bare = Bare(Trim(line));
  if (bare.empty() || bare.size() > 120) return false;
  if (bare.ends_with('?')) return false;
  if (StartsWithAny(bare, {"get outlook for ", "dapatkan outlook untuk "})) return true;
  if (bare.find(", ") != std::string::npos) return false;
  if (bare.starts_with("sent from my ")) {
    return std::count(bare.begin(), bare.end(), ' ') <= 7;
  }
  if (!StartsWithAny(bare, {"sent from ", "sent via ", "sent with ", "sent using ", "dikirim dari ",
                            "dikirim melalui ", "dikirim lewat ", "dikirim menggunakan ",
                            "terkirim dari ", "dikirim dengan "})) {
    return false;
  }
  // "Dikirim dari gudang" is what a parcel is: only the words of devices and programs count.
  return ContainsAny(
      bare, {"iphone",      "ipad",      "ponsel",          "android",    "samsung", "galaxy",
             "mail",        "outlook",   "yahoo",           "blackberry", "xiaomi",  "redmi",
             "oppo",        "vivo",      "huawei",          "windows",    "nokia",   "smartphone",
             "tablet",      "perangkat", "telepon seluler", "mobile",     "sparrow", "proton",
             "thunderbird", "hp saya",   "surat untuk"});
}

}  // namespace muara::email
