#include "services/channels/email/domain/fingerprint.h"

#include <array>

#include "libs/base/crypto.h"
#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr std::array<std::string_view, 6> kLasting = {
    "message-id:", "from:", "sender:", "subject:", "date:", "content-type:"};

bool IsLasting(std::string_view line) {
  for (const std::string_view name : kLasting) {
    if (StartsWithNoCase(line, name)) return true;
  }
  return false;
}

}  // namespace

std::string ContentDigest(std::string_view raw) {
  std::string kept;
  bool keeping = false;
  while (!raw.empty()) {
    const size_t end = raw.find('\n');
    const std::string_view line = raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (Trim(line).empty()) break;
    const bool folded = line.front() == ' ' || line.front() == '\t';
    if (!folded) keeping = IsLasting(line);
    if (keeping) kept += std::string(Trim(line)) + "\n";
  }
  return ToHex(Sha256(Sha256(kept) + Sha256(raw)));
}

std::string SubmissionKey(std::string_view endpoint_id, std::string_view content_digest) {
  return ToHex(Sha256(std::string(endpoint_id) + "\n" + std::string(content_digest)));
}

}  // namespace muara::email
