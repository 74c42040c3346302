// Reply addresses that prove which ticket they belong to: support+r<token>@example.com. The token
// is lower-case base32 (case may be lost on the way) of a key id, the ticket's 16 bytes and a
// truncated HMAC-SHA256, so that nobody can write into a ticket by guessing. Immutable, hence
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/result.h"

namespace muara::email {

struct ReplyKey {
  uint8_t id = 0;      // only narrows the search: two keys may share one
  std::string secret;  // at least 32 bytes
};

class ReplyTokens {
 public:
  // The first key signs, all of them verify. kInvalidArgument for no key or a short one.
  static Result<ReplyTokens> Create(std::vector<ReplyKey> keys);

  // kInvalidArgument unless the ticket id is a UUID; kFailedPrecondition with
  // REPLY_ADDRESS_TOO_LONG when the local part would exceed the 64 bytes of RFC 5321.
  Result<std::string> AddressFor(std::string_view endpoint_address,
                                 std::string_view ticket_id) const;

  // The ticket id of a genuine reply address; compares in constant time.
  std::optional<std::string> TicketOf(std::string_view address) const;

  // Whether the address has the form of a reply address, genuine or not.
  static bool LooksLikeReplyAddress(std::string_view address);

 private:
  explicit ReplyTokens(std::vector<ReplyKey> keys) : keys_(std::move(keys)) {}

  std::vector<ReplyKey> keys_;
};

}  // namespace muara::email
