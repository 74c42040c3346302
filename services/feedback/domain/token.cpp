#include "services/feedback/domain/token.h"

#include "libs/base/check.h"
#include "libs/base/crypto.h"
#include "libs/base/id.h"

namespace muara::feedback {
namespace {

constexpr size_t kIdBytes = 16;
constexpr size_t kSignatureBytes = 16;
constexpr size_t kTokenBytesMax = 100;

std::string ToBytes(const std::string& uuid) {
  std::string bytes;
  int high = -1;
  for (const char c : uuid) {
    if (c == '-') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  return bytes;
}

std::string ToUuid(const std::string& bytes) {
  std::string text = ToHex(bytes);
  for (const size_t dash : {20, 16, 12, 8}) text.insert(dash, "-");
  return text;
}

std::string Signature(const std::string& key, const std::string& id) {
  return HmacSha256(key, id).substr(0, kSignatureBytes);
}

}  // namespace

std::string SurveyTokens::Sign(const std::string& survey_id) const {
  CHECK(IsUuid(survey_id));
  const std::string id = ToBytes(survey_id);
  return ToBase64Url(id + Signature(keys_.front(), id));
}

std::optional<std::string> SurveyTokens::Verify(const std::string& token) const {
  if (token.size() > kTokenBytesMax) return std::nullopt;
  const auto bytes = FromBase64Url(token);
  if (!bytes || bytes->size() != kIdBytes + kSignatureBytes) return std::nullopt;
  const std::string id = bytes->substr(0, kIdBytes);
  for (const std::string& key : keys_) {
    if (EqualInConstantTime(Signature(key, id), bytes->substr(kIdBytes))) return ToUuid(id);
  }
  return std::nullopt;
}

}  // namespace muara::feedback
