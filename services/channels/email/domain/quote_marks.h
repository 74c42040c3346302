// Recognises the lines by which mail programs announce quotations and signatures. Pure; each looks
// at a bounded number of lines.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace muara::email {

using Lines = std::vector<std::string_view>;

bool IsQuoted(std::string_view line);  // > text
// -----Original Message-----, -------- Pesan asli --------
bool IsOriginalMarker(std::string_view line);
// ---------- Forwarded message ---------, Begin forwarded message:
bool IsForwardMarker(std::string_view line);
// From: ... Sent: ... Subject: ... as Outlook puts it before the quoted mail.
bool IsHeaderBlock(const Lines& lines, size_t at);
// How many lines from `at` on say "On ... wrote:" or "Pada ... menulis:"; 0: it is none.
size_t AttributionLength(const Lines& lines, size_t at);
bool IsRule(std::string_view line);                // ____________
bool IsSignatureDelimiter(std::string_view line);  // "-- "
// Sent from my iPhone, Dikirim dari ponsel saya, Get Outlook for Android
bool IsDeviceLine(std::string_view line);

}  // namespace muara::email
