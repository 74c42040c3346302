#include "services/notification/domain/texts.h"

namespace muara::notification {
namespace {

std::string HowTo(AnswerBy answer_by, const std::string& number, const std::string& or_open,
                  const std::string& url) {
  switch (answer_by) {
    case AnswerBy::kNumber:
      return number + ".\n";
    case AnswerBy::kLink:
      return url + "\n";
    case AnswerBy::kLinkOrNumber:
      return number + ", " + or_open + ":\n" + url + "\n";
  }
  return "";
}

}  // namespace

Text Acknowledgement(Language language, const std::string& name, const std::string& reference,
                     const std::string& subject) {
  if (language == Language::kIndonesian) {
    return {subject, "Halo " + name +
                         ",\n\nTerima kasih, pesan Anda sudah kami terima dengan nomor " +
                         reference +
                         ". Kami akan segera menjawab.\n\nUntuk menambahkan sesuatu, cukup balas "
                         "email ini.\n"};
  }
  return {subject, "Hello " + name +
                       ",\n\nThank you, we have received your message. Its number is " + reference +
                       ". We will answer soon.\n\nTo add anything, just reply to this mail.\n"};
}

Text SurveyInvitation(Language language, const std::string& reference, int minimum, int maximum,
                      const std::string& url, AnswerBy answer_by) {
  const std::string low = std::to_string(minimum), high = std::to_string(maximum);
  if (language == Language::kIndonesian) {
    return {"Bagaimana pelayanan kami? [#" + reference + "]",
            "Seberapa puas Anda dengan bantuan kami, dari " + low + " (tidak puas) sampai " + high +
                " (sangat puas)?\n" +
                HowTo(answer_by, "Balas dengan satu angka", "atau buka", url)};
  }
  return {"How did we do? [#" + reference + "]",
          "How satisfied are you with our help, from " + low + " (not at all) to " + high +
              " (very)?\n" + HowTo(answer_by, "Answer with one number", "or open", url)};
}

}  // namespace muara::notification
