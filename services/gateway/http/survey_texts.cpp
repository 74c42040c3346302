#include "services/gateway/http/survey_texts.h"

namespace muara::gateway {
namespace {

constexpr SurveyTexts kIndonesian = {
    .language = "id",
    .title = "Penilaian layanan",
    .number = "Nomor",
    .question = "Seberapa puas Anda dengan layanan kami?",
    .lowest = "sangat tidak puas",
    .highest = "sangat puas",
    .comment = "Komentar (boleh dikosongkan)",
    .send = "Kirim penilaian",
    .sending = "Mengirim penilaian Anda...",
    .thanks = "Terima kasih, penilaian Anda sudah kami terima.",
    .change = "Anda masih dapat mengubahnya.",
    .expired = "Masa penilaian ini sudah berakhir. Terima kasih.",
    .unknown = "Tautan ini tidak dikenal.",
    .later = "Penilaian belum dapat dikirim. Silakan coba lagi sebentar lagi.",
};

constexpr SurveyTexts kEnglish = {
    .language = "en",
    .title = "Your feedback",
    .number = "Number",
    .question = "How satisfied are you with our service?",
    .lowest = "very dissatisfied",
    .highest = "very satisfied",
    .comment = "Comment (optional)",
    .send = "Send my rating",
    .sending = "Sending your rating...",
    .thanks = "Thank you, we have your rating.",
    .change = "You can still change it.",
    .expired = "This survey has ended. Thank you.",
    .unknown = "This link is unknown.",
    .later = "Your rating could not be sent. Please try again in a moment.",
};

}  // namespace

const SurveyTexts& TextsFor(std::string_view accept_language, std::string_view fallback) {
  // The order in which a browser names languages is the order of preference.
  while (!accept_language.empty()) {
    const size_t comma = accept_language.find(',');
    std::string_view tag = accept_language.substr(0, comma);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    tag = tag.substr(0, tag.find_first_of("-;"));
    if (tag == "id" || tag == "in") return kIndonesian;  // "in" is the old code
    if (tag == "en") return kEnglish;
    if (comma == accept_language.npos) break;
    accept_language.remove_prefix(comma + 1);
  }
  return fallback == "en" ? kEnglish : kIndonesian;
}

}  // namespace muara::gateway
