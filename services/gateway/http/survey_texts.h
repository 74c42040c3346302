// What the survey page says, in Indonesian and English.
#pragma once

#include <string>
#include <string_view>

namespace muara::gateway {

struct SurveyTexts {
  const char* language = "";
  const char* title = "";
  const char* number = "";  // of the ticket
  const char* question = "";
  const char* lowest = "";
  const char* highest = "";
  const char* comment = "";
  const char* send = "";
  const char* sending = "";
  const char* thanks = "";
  const char* change = "";
  const char* expired = "";
  const char* unknown = "";
  const char* later = "";
};

// By Accept-Language; where that names neither, `fallback` ("id" or "en") decides.
const SurveyTexts& TextsFor(std::string_view accept_language, std::string_view fallback);

}  // namespace muara::gateway
