// What makes a mail the same mail: its id, who wrote it, when, about what, and its body, but not
// the trace that each mail system adds on the way. Pure.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

// Hex SHA-256. A mail that is sent again, or comes twice over two ways, has the same one.
std::string ContentDigest(std::string_view raw);

// The idempotency key of a mail at one of our mailboxes.
std::string SubmissionKey(std::string_view endpoint_id, std::string_view content_digest);

}  // namespace muara::email
