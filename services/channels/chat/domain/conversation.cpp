#include "services/channels/chat/domain/conversation.h"

#include <algorithm>

#include "libs/base/crypto.h"

namespace muara::chat {
namespace {

// PostgreSQL keeps no NUL in text.
bool HasNul(std::string_view text) { return text.find('\0') != text.npos; }

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; });
}

Status Refuse(const char* reason, const std::string& detail) {
  return MakeError(Code::kInvalidArgument, reason, detail);
}

}  // namespace

std::string HashToken(std::string_view token) { return ToHex(Sha256(token)); }

bool TokenFits(const Session& session, std::string_view token) {
  return EqualInConstantTime(session.token_hash, HashToken(token));
}

Resumption Resume(int64_t seen, int64_t head) {
  const int64_t oldest_told = std::max<int64_t>(0, head - kReplayMax);
  if (seen > head || seen < oldest_told) return {oldest_told, true};
  return {seen, false};
}

Status CheckCid(std::string_view cid) {
  const bool plain =
      std::all_of(cid.begin(), cid.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!cid.empty() && cid.size() <= kCidBytesMax && plain) return Ok();
  return Refuse("BAD_CID", "cid must have 1 to 64 plain characters without spaces");
}

Status CheckText(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return Refuse("TEXT_TOO_LONG", "text has more than " + std::to_string(bytes_max) + " bytes");
  }
  if (text.find_first_not_of(" \t\r\n") == text.npos) return Refuse("EMPTY_TEXT", "text is empty");
  if (HasNul(text)) return Refuse("BAD_TEXT", "text holds a NUL");
  return Ok();
}

Status CheckPerson(std::string_view name, std::string_view email) {
  if (name.size() > kNameBytesMax || HasControl(name)) {
    return Refuse("BAD_NAME", "name must be one line of at most 256 bytes");
  }
  if (email.empty()) return Ok();
  const size_t at = email.rfind('@');
  const bool shaped = at != email.npos && at > 0 && at + 1 < email.size();
  if (!shaped || email.size() > kEmailBytesMax || HasControl(email) ||
      email.find(' ') != email.npos) {
    return Refuse("BAD_EMAIL", "email is not an address");
  }
  return Ok();
}

}  // namespace muara::chat
