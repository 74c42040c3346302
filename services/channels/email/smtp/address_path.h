// The paths of SMTP commands: <local@domain>, the null path <>, source routes, quoted local parts.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muara::email {

enum class AddressCharset { kAscii, kUtf8 };

struct CommandPath {
  std::string address;     // without <> and source route; empty for the null path
  std::string_view after;  // the parameters that follow, trimmed
};

// Reads what follows "MAIL FROM:" or "RCPT TO:"; nothing where it is malformed or too long.
std::optional<CommandPath> ParsePath(std::string_view text, AddressCharset charset);

}  // namespace muara::email
