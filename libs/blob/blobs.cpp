#include "libs/blob/blobs.h"

#include "libs/base/crypto.h"

namespace muara::blob {
namespace {

constexpr std::string_view kScheme = "sha256:";
constexpr size_t kHexCharacters = 64;

}  // namespace

std::string ReferenceOf(std::string_view bytes) { return ReferenceTo(ToHex(Sha256(bytes))); }

std::string ReferenceTo(std::string_view hex) { return std::string(kScheme) + std::string(hex); }

std::string_view HexOf(std::string_view reference) {
  if (!reference.starts_with(kScheme)) return {};
  const std::string_view hex = reference.substr(kScheme.size());
  const bool is_hex = hex.size() == kHexCharacters &&
                      hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_hex ? hex : std::string_view();
}

}  // namespace muara::blob
