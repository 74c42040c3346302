#include "services/notification/domain/texts.h"

namespace muara::notification {

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
  const bool link = answer_by == AnswerBy::kLinkOrNumber;
  if (language == Language::kIndonesian) {
    return {
        "Bagaimana pelayanan kami? [#" + reference + "]",
        "Seberapa puas Anda dengan bantuan kami, dari " + low + " (tidak puas) sampai " + high +
            " (sangat puas)?\n" +
            (link ? "Balas dengan satu angka, atau buka:\n" + url : "Balas dengan satu angka.") +
            "\n"};
  }
  return {"How did we do? [#" + reference + "]",
          "How satisfied are you with our help, from " + low + " (not at all) to " + high +
              " (very)?\n" +
              (link ? "Answer with one number, or open:\n" + url : "Answer with one number.") +
              "\n"};
}

}  // namespace muara::notification
