#include "services/channels/email/mime/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr size_t kNameMaxBytes = 40;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What mail programs write, and what they mean.
constexpr std::array<std::pair<std::string_view, const char*>, 14> kAliases = {{
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"ks_c_5601-1987", "CP949"},
    {"ksc5601", "CP949"},
    {"euc-kr", "CP949"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"iso-8859-9", "CP1254"},
    {"tis-620", "CP874"},
}};

bool IsAsciiLike(std::string_view lower) {
  for (const std::string_view name :
       {"", "us-ascii", "ascii", "utf-8", "utf8", "iso-8859-1", "latin1", "windows-1252", "cp1252",
        "unknown-8bit", "x-unknown", "default", "binary", "8bit", "7bit"}) {
    if (lower == name) return true;
  }
  return false;
}

std::string IconvName(const std::string& lower) {
  for (const auto& [alias, name] : kAliases) {
    if (lower == alias) return name;
  }
  if (lower.starts_with("cp-")) return "CP" + lower.substr(3);
  return lower;
}

// Owns one conversion; iconv keeps state, so each text gets its own.
class Conversion {
 public:
  explicit Conversion(const std::string& charset) : handle_(iconv_open("UTF-8", charset.c_str())) {}
  ~Conversion() {
    if (ok()) iconv_close(handle_);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;

  bool ok() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  std::string Convert(std::string_view bytes) {
    std::string out;
    std::array<char, 4096> buffer;
    char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write there
    size_t in_left = bytes.size();
    while (in_left > 0) {
      char* to = buffer.data();
      size_t to_left = buffer.size();
      const size_t done = iconv(handle_, &in, &in_left, &to, &to_left);
      out.append(buffer.data(), to - buffer.data());
      if (done != static_cast<size_t>(-1) || errno == E2BIG) continue;
      out += kReplacement;  // a byte that is none, or a character cut at the end
      if (errno == EINVAL || in_left == 0) break;
      ++in;
      --in_left;
    }
    return out;
  }

 private:
  iconv_t handle_;
};

bool IsCharsetName(std::string_view lower) {
  return lower.size() <= kNameMaxBytes &&
         lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.:") ==
             std::string_view::npos;
}

std::optional<std::string> ByIconv(std::string_view bytes, const std::string& charset) {
  Conversion conversion(IconvName(charset));
  if (!conversion.ok()) return std::nullopt;
  return conversion.Convert(bytes);
}

}  // namespace

std::string ToUtf8(std::string_view bytes, std::string_view charset) {
  const std::string lower = LowerAscii(Trim(charset));
  if (IsAsciiLike(lower) || !IsCharsetName(lower)) return CleanText(bytes);
  const std::optional<std::string> converted = ByIconv(bytes, lower);
  return CleanText(converted ? std::string_view(*converted) : bytes);
}

}  // namespace muara::email
