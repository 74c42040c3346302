#include "libs/language/language.h"

#include <cld2/public/compact_lang_det.h>

#include <algorithm>

namespace muara {
namespace {

constexpr size_t kTextBytesMax = 4096;  // enough to know

}  // namespace

Language DetectLanguage(const std::string& text) {
  bool reliable = false;
  const auto size = static_cast<int>(std::min(text.size(), kTextBytesMax));
  const CLD2::Language found = CLD2::DetectLanguage(text.data(), size, true, &reliable);
  const bool indonesian = found == CLD2::INDONESIAN || found == CLD2::MALAY;
  return indonesian ? Language::kIndonesian : Language::kEnglish;
}

const char* LanguageCode(Language language) {
  return language == Language::kIndonesian ? "id" : "en";
}

Language LanguageFromCode(const std::string& code) {
  return code == "id" ? Language::kIndonesian : Language::kEnglish;
}

}  // namespace muara
