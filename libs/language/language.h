// Which of our two languages a customer's text is written in, by CLD2.
#pragma once

#include <string>

namespace muara {

enum class Language { kEnglish, kIndonesian };

// Indonesian where the text is that (or Malay, which short texts cannot be told from); else
// English.
Language DetectLanguage(const std::string& text);
const char* LanguageCode(Language language);  // "en", "id"
Language LanguageFromCode(const std::string& code);

}  // namespace muara
