#include "services/feedback/domain/survey.h"

#include <algorithm>

namespace muara::feedback {
namespace {

bool IsAnswered(const Survey& survey) { return survey.answer_time.has_value(); }

double Position(const Survey& survey) {
  return static_cast<double>(survey.score - survey.scale.minimum) /
         (survey.scale.maximum - survey.scale.minimum);
}

}  // namespace

Status Survey::Answer(int new_score, const std::string& new_comment, const std::string& by,
                      Time now) {
  if (new_score < scale.minimum || new_score > scale.maximum) {
    return InvalidFields({{"score", "is not " + std::to_string(scale.minimum) + " to " +
                                        std::to_string(scale.maximum)}});
  }
  if (new_comment.size() > kCommentBytesMax) {
    return InvalidFields({{"comment", "is longer than 4096 bytes"}});
  }
  if (now > expire_time) {
    return MakeError(Code::kFailedPrecondition, "SURVEY_EXPIRED", "this survey has ended");
  }
  score = new_score;
  comment = new_comment;
  answered_by = by;
  answer_time = now;
  return Ok();
}

void Survey::End(Time now) { expire_time = std::min(expire_time, now); }

bool Survey::IsBad() const { return IsAnswered(*this) && Position(*this) <= 0.25; }

std::optional<double> Csat(const std::vector<Survey>& surveys) {
  const auto answered = std::count_if(surveys.begin(), surveys.end(), IsAnswered);
  if (answered == 0) return std::nullopt;
  const auto satisfied = std::count_if(surveys.begin(), surveys.end(), [](const Survey& survey) {
    return IsAnswered(survey) && Position(survey) >= 0.75;
  });
  return static_cast<double>(satisfied) / static_cast<double>(answered);
}

std::optional<double> MeanScore(const std::vector<Survey>& surveys) {
  double sum = 0;
  int answered = 0;
  for (const Survey& survey : surveys) {
    if (!IsAnswered(survey)) continue;
    sum += survey.score;
    ++answered;
  }
  if (answered == 0) return std::nullopt;
  return sum / answered;
}

}  // namespace muara::feedback
