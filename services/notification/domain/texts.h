// What we say to customers by ourselves, in their language. Plain text.
#pragma once

#include <string>

#include "libs/language/language.h"

namespace muara::notification {

struct Text {
  std::string subject;
  std::string body;
};

// "We have received your message." `subject` is the ticket's.
Text Acknowledgement(Language language, const std::string& name, const std::string& reference,
                     const std::string& subject);
// The question, with its link unless the channel shows that beside it.
enum class AnswerBy { kNumber, kLink, kLinkOrNumber };
Text SurveyInvitation(Language language, const std::string& reference, int minimum, int maximum,
                      const std::string& url, AnswerBy answer_by);

}  // namespace muara::notification
