#include "services/channels/email/domain/reply_token.h"

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr size_t kSecretMinBytes = 32;
constexpr size_t kTicketBytes = 16;
constexpr size_t kMacBytes = 10;
constexpr size_t kTokenBytes = 1 + kTicketBytes + kMacBytes;
constexpr size_t kTokenCharacters = 44;  // 27 bytes in base32 without padding
constexpr size_t kLocalPartMaxBytes = 64;
constexpr std::string_view kMark = "+r";

std::string Mac(const ReplyKey& key, std::string_view ticket_bytes) {
  std::string signed_text = "muara.email.reply.v1";
  signed_text += static_cast<char>(key.id);
  signed_text += ticket_bytes;
  return HmacSha256(key.secret, signed_text).substr(0, kMacBytes);
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c - 'A' + 10;
}

std::string UuidToBytes(std::string_view uuid) {
  std::string digits;
  for (const char c : uuid) {
    if (c != '-') digits += c;
  }
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(HexValue(digits[i]) * 16 + HexValue(digits[i + 1]));
  }
  return bytes;
}

std::string BytesToUuid(std::string_view bytes) {
  std::string text = ToHex(bytes);
  for (const size_t at : {20, 16, 12, 8}) text.insert(at, "-");
  return text;
}

std::optional<std::string_view> TokenText(std::string_view address) {
  const size_t at_sign = address.rfind('@');
  if (at_sign == std::string_view::npos) return std::nullopt;
  const std::string_view local = address.substr(0, at_sign);
  if (local.size() < kTokenCharacters + kMark.size()) return std::nullopt;
  const size_t start = local.size() - kTokenCharacters;
  if (!EqualNoCase(local.substr(start - kMark.size(), kMark.size()), kMark)) return std::nullopt;
  return local.substr(start);
}

}  // namespace

Result<ReplyTokens> ReplyTokens::Create(std::vector<ReplyKey> keys) {
  std::vector<Violation> violations;
  if (keys.empty()) violations.push_back({"reply_keys", "at least one key is needed"});
  for (const ReplyKey& key : keys) {
    const std::string field = "reply_keys[" + std::to_string(key.id) + "]";
    if (key.secret.size() < kSecretMinBytes) {
      violations.push_back({field, "the secret must have at least 32 bytes"});
    }
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return ReplyTokens(std::move(keys));
}

Result<std::string> ReplyTokens::AddressFor(std::string_view endpoint_address,
                                            std::string_view ticket_id) const {
  const size_t at_sign = endpoint_address.rfind('@');
  if (!IsUuid(ticket_id) || at_sign == std::string_view::npos) {
    return MakeError(Code::kInvalidArgument, "INVALID_REPLY_ADDRESS",
                     "a reply address needs a ticket's UUID and an address with a domain");
  }
  if (at_sign + kMark.size() + kTokenCharacters > kLocalPartMaxBytes) {
    return MakeError(Code::kFailedPrecondition, "REPLY_ADDRESS_TOO_LONG",
                     "the part before the @ must have at most 18 bytes to carry a reply token");
  }
  const std::string ticket_bytes = UuidToBytes(ticket_id);
  const ReplyKey& key = keys_.front();
  const std::string token = static_cast<char>(key.id) + ticket_bytes + Mac(key, ticket_bytes);
  return std::string(endpoint_address.substr(0, at_sign)) + std::string(kMark) +
         ToBase32Lower(token) + std::string(endpoint_address.substr(at_sign));
}

std::optional<std::string> ReplyTokens::TicketOf(std::string_view address) const {
  const std::optional<std::string_view> text = TokenText(address);
  if (!text) return std::nullopt;
  const std::optional<std::string> token = FromBase32(*text);
  if (!token || token->size() != kTokenBytes) return std::nullopt;
  const std::string_view ticket_bytes = std::string_view(*token).substr(1, kTicketBytes);
  for (const ReplyKey& key : keys_) {
    if (key.id != static_cast<uint8_t>(token->front())) continue;
    const std::string_view mac = std::string_view(*token).substr(1 + kTicketBytes);
    if (EqualInConstantTime(mac, Mac(key, ticket_bytes))) return BytesToUuid(ticket_bytes);
  }
  return std::nullopt;
}

bool ReplyTokens::LooksLikeReplyAddress(std::string_view address) {
  const std::optional<std::string_view> text = TokenText(address);
  return text && FromBase32(*text).has_value();
}

}  // namespace muara::email
