// What an attachment really is: its first bytes decide before its sender's word does. Pure.
#pragma once

#include <string>
#include <string_view>

namespace muara::email {

// A MIME type in lower case, application/octet-stream where nothing is known.
std::string SniffContentType(std::string_view bytes, std::string_view declared_type);

// A name that is safe to store and show: no folders, no control characters, at most 200 bytes,
// never empty; made from the type where the mail gives none.
std::string SafeFileName(std::string_view name, std::string_view content_type, size_t number);

}  // namespace muara::email
