#include "services/feedback/wire/words.h"

#include "libs/bus/words.h"
#include "muara/feedback/v1/facts.pb.h"

namespace muara::feedback::wire {
namespace {

const bus::WordFields& Words() {
  static const bus::WordFields words = {
      "muara.feedback.v1.SurveyRequested.url",
      "muara.feedback.v1.SurveyRequested.token",
      "muara.feedback.v1.SurveyRequested.conversation",
      "muara.feedback.v1.SurveyRequested.recipients",
      "muara.feedback.v1.SurveyRequested.subject",
      "muara.feedback.v1.SurveyRequested.in_reply_to",
      "muara.feedback.v1.SurveyRequested.references",
      "muara.feedback.v1.Survey.comment",
  };
  return words;
}

}  // namespace

std::optional<std::string> WithoutWords(const std::string& type, const std::string& data) {
  return bus::WithoutWords(type, data, Words());
}

}  // namespace muara::feedback::wire
