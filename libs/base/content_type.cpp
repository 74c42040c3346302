#include "libs/base/content_type.h"

#include <algorithm>
#include <array>

#include "libs/base/text.h"

namespace muara {
namespace {

using namespace std::string_view_literals;

constexpr size_t kLookAtBytes = 1024;
constexpr std::string_view kPlainText = "text/plain";
constexpr std::string_view kOctets = "application/octet-stream";
constexpr size_t kFileNameMaxBytes = 200;

struct Magic {
  std::string_view start;
  std::string_view type;
};

constexpr std::array<Magic, 16> kMagics = {{
    {"%PDF-"sv, "application/pdf"},
    {"\x89PNG\r\n\x1A\n"sv, "image/png"},
    {"\xFF\xD8\xFF"sv, "image/jpeg"},
    {"GIF8"sv, "image/gif"},
    {"BM"sv, "image/bmp"},
    {"II*\0"sv, "image/tiff"},
    {"MM\0*"sv, "image/tiff"},
    {"PK\x03\x04"sv, "application/zip"},
    {"\x1F\x8B"sv, "application/gzip"},
    {"7z\xBC\xAF\x27\x1C"sv, "application/x-7z-compressed"},
    {"Rar!\x1A\x07"sv, "application/vnd.rar"},
    {"\x7F"
     "ELF"sv,
     "application/x-executable"},
    {"OggS"sv, "application/ogg"},
    {"ID3"sv, "audio/mpeg"},
    {"{\\rtf"sv, "application/rtf"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "application/x-ole-storage"},
}};

// Formats that live inside another: the declared type is believed only with the right container.
bool MayBeInside(std::string_view container, std::string_view declared) {
  if (container == "application/zip") {
    return declared.starts_with("application/vnd.openxmlformats-") ||
           declared.starts_with("application/vnd.oasis.opendocument") ||
           declared == "application/epub+zip";
  }
  if (container == "application/x-ole-storage") {
    return declared == "application/msword" || declared.starts_with("application/vnd.ms-");
  }
  return container == "application/ogg" &&
         (declared.starts_with("audio/ogg") || declared.starts_with("video/ogg"));
}

std::string_view KnownType(std::string_view bytes) {
  for (const Magic& magic : kMagics) {
    if (bytes.starts_with(magic.start)) return magic.type;
  }
  if (bytes.starts_with("MZ") && bytes.size() > 64) return "application/x-msdownload";
  if (bytes.size() > 12 && bytes.starts_with("RIFF")) {
    if (bytes.substr(8, 4) == "WEBP") return "image/webp";
    if (bytes.substr(8, 4) == "WAVE") return "audio/wav";
  }
  if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp") return "video/mp4";
  return {};
}

std::string_view MarkupType(std::string_view bytes) {
  const std::string lower = LowerAscii(Trim(bytes));
  for (const std::string_view start : {"<!doctype html", "<html", "<head", "<body", "<script"}) {
    if (lower.starts_with(start)) return "text/html";
  }
  const bool svg = lower.find("<svg") != std::string::npos;
  if (svg && (lower.starts_with("<svg") || lower.starts_with("<?xml"))) return "image/svg+xml";
  return {};
}

bool LooksLikeText(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](unsigned char c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
  });
}

bool IsMimeType(std::string_view type) {
  return std::count(type.begin(), type.end(), '/') == 1 && type.size() <= 127 &&
         type.front() != '/' && type.back() != '/' &&
         std::all_of(type.begin(), type.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || "/+-._"sv.find(c) != std::string_view::npos;
         });
}

bool NeedsProof(std::string_view type) {
  return type.starts_with("image/") || type == "application/pdf" || type == "application/zip";
}

std::string_view ExtensionOf(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kExtensions = {{
      {"application/pdf", ".pdf"},
      {"image/png", ".png"},
      {"image/jpeg", ".jpg"},
      {"image/gif", ".gif"},
      {"text/plain", ".txt"},
      {"text/html", ".html"},
      {"text/calendar", ".ics"},
      {"message/rfc822", ".eml"},
      {"application/zip", ".zip"},
  }};
  for (const auto& [known, extension] : kExtensions) {
    if (known == type) return extension;
  }
  return ".bin";
}

}  // namespace

std::string_view TypeOfBytes(std::string_view bytes) {
  const std::string_view start = bytes.substr(0, kLookAtBytes);
  if (start.empty()) return {};
  if (const std::string_view known = KnownType(start); !known.empty()) return known;
  if (const std::string_view markup = MarkupType(start); !markup.empty()) return markup;
  return LooksLikeText(start) ? kPlainText : kOctets;
}

std::string AgreedContentType(std::string_view type_of_bytes, std::string_view declared_type) {
  std::string declared = LowerAscii(Trim(declared_type));
  if (!IsMimeType(declared)) declared = kOctets;
  if (declared.starts_with("message/")) return declared;
  if (type_of_bytes.empty()) return NeedsProof(declared) ? std::string(kPlainText) : declared;
  if (type_of_bytes == kPlainText) {
    return NeedsProof(declared) || declared == kOctets ? std::string(kPlainText) : declared;
  }
  if (type_of_bytes == kOctets) {
    const bool impossible =
        declared.starts_with("text/") || (NeedsProof(declared) && declared != "image/heic");
    return impossible ? std::string(kOctets) : declared;
  }
  return MayBeInside(type_of_bytes, declared) ? declared : std::string(type_of_bytes);
}

std::string SniffContentType(std::string_view bytes, std::string_view declared_type) {
  return AgreedContentType(TypeOfBytes(bytes), declared_type);
}

std::string SafeFileName(std::string_view name, std::string_view content_type, size_t number) {
  std::string safe = CleanLine(name);
  safe.erase(0, safe.find_last_of("/\\") + 1);
  std::erase_if(safe, [](char c) { return "<>:\"|?*"sv.find(c) != std::string_view::npos; });
  while (safe.starts_with('.')) safe.erase(0, 1);
  safe = std::string(Trim(safe));
  if (safe.empty()) {
    return "attachment-" + std::to_string(number) + std::string(ExtensionOf(content_type));
  }
  if (safe.size() <= kFileNameMaxBytes) return safe;
  const size_t dot = safe.rfind('.');
  const bool short_extension = dot != std::string::npos && safe.size() - dot <= 16;
  const std::string extension = short_extension ? safe.substr(dot) : "";
  return std::string(CutUtf8(safe, kFileNameMaxBytes - extension.size())) + extension;
}

}  // namespace muara
