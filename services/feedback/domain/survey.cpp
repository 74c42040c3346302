#include "services/feedback/domain/survey.h"

#include <algorithm>

namespace muara::feedback {
namespace {

// 0 to 1 on its scale.
double Position(int score, const Scale& scale) {
  return static_cast<double>(score - scale.minimum) / (scale.maximum - scale.minimum);
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

bool Survey::IsBad() const { return answer_time && Position(score, scale) <= 0.25; }

std::optional<double> Csat(const std::vector<ScoreCount>& answers) {
  int all = 0;
  int satisfied = 0;
  for (const ScoreCount& one : answers) {
    all += one.count;
    if (Position(one.score, one.scale) >= 0.75) satisfied += one.count;
  }
  if (all == 0) return std::nullopt;
  return static_cast<double>(satisfied) / all;
}

std::optional<double> MeanScore(const std::vector<ScoreCount>& answers) {
  int all = 0;
  double sum = 0;
  for (const ScoreCount& one : answers) {
    all += one.count;
    sum += static_cast<double>(one.score) * one.count;
  }
  if (all == 0) return std::nullopt;
  return sum / all;
}

}  // namespace muara::feedback
