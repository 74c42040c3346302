#include "services/channels/email/smtp/address_path.h"

#include <algorithm>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr size_t kPathMaxBytes = 254;
constexpr size_t kLocalPartMaxBytes = 128;  // 64 by the standard; some write more

// Where the path's '>' is, past a quoted local part.
size_t PathEnd(std::string_view text) {
  bool quoted = false;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool IsPlainCharacter(unsigned char c, AddressCharset charset) {
  if (c >= 0x80) return charset == AddressCharset::kUtf8;
  return c > ' ' && c != 0x7F &&
         std::string_view("<>()[],;:@\\\"").find(c) == std::string_view::npos;
}

bool IsLocalPart(std::string_view local, AddressCharset charset) {
  if (local.empty() || local.size() > kLocalPartMaxBytes) return false;
  if (local.front() == '"') {
    return local.size() > 2 && local.back() == '"' &&
           std::all_of(local.begin(), local.end(), [&](unsigned char c) {
             return c >= ' ' && c != 0x7F && (c < 0x80 || charset == AddressCharset::kUtf8);
           });
  }
  return std::all_of(local.begin(), local.end(),
                     [&](unsigned char c) { return IsPlainCharacter(c, charset); });
}

bool IsDomain(std::string_view domain, AddressCharset charset) {
  if (domain.empty()) return false;
  if (domain.front() == '[') {
    return domain.back() == ']' &&
           domain.find_first_not_of("0123456789abcdefABCDEFIPv:.[]") == std::string_view::npos;
  }
  return domain.front() != '.' && domain.find("..") == std::string_view::npos &&
         std::all_of(domain.begin(), domain.end(),
                     [&](unsigned char c) { return c != '@' && IsPlainCharacter(c, charset); });
}

}  // namespace

std::optional<CommandPath> ParsePath(std::string_view text, AddressCharset charset) {
  text = Trim(text);
  if (!text.starts_with('<')) return std::nullopt;
  const size_t end = PathEnd(text);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view path = text.substr(1, end - 1);
  const std::string_view after = text.substr(end + 1);
  if (!after.empty() && after.front() != ' ') return std::nullopt;
  if (path.starts_with('@')) {  // a source route, to be ignored (RFC 5321, appendix C)
    const size_t colon = path.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    path.remove_prefix(colon + 1);
  }
  if (path.size() > kPathMaxBytes) return std::nullopt;
  if (charset == AddressCharset::kUtf8 && !IsUtf8(path)) return std::nullopt;
  const size_t at_sign = path.rfind('@');
  if (!path.empty() && !EqualNoCase(path, "postmaster")) {
    if (at_sign == std::string_view::npos) return std::nullopt;
    if (!IsLocalPart(path.substr(0, at_sign), charset)) return std::nullopt;
    if (!IsDomain(path.substr(at_sign + 1), charset)) return std::nullopt;
  }
  return CommandPath{std::string(path), Trim(after)};
}

}  // namespace muara::email
