// What an attachment really is: its first bytes decide before its sender's word does. Pure.
#pragma once

#include <string>
#include <string_view>

namespace muara {

// What the bytes themselves say: the type of a format that is known, "text/plain" for what is all
// text, "application/octet-stream" for what is not, and "" for nothing at all.
std::string_view TypeOfBytes(std::string_view bytes);
// A MIME type in lower case: what its sender declared, as far as such bytes can be that.
std::string AgreedContentType(std::string_view type_of_bytes, std::string_view declared_type);
// Both in one step.
std::string SniffContentType(std::string_view bytes, std::string_view declared_type);

// A name that is safe to store and show: no folders, no control characters, at most 200 bytes,
// never empty; made from the type where the mail gives none.
std::string SafeFileName(std::string_view name, std::string_view content_type, size_t number);

}  // namespace muara
