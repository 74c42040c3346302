// A survey asks one contact about one resolved ticket. The raw answer, its scale and the version of
// the question are kept, so that scores can be computed anew.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::feedback {

enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };

struct Scale {
  int minimum = 1;
  int maximum = 5;
};

constexpr const char* kCsatQuestion = "csat.v1";
constexpr Scale kCsatScale;
constexpr size_t kCommentBytesMax = 4096;

struct Survey {
  std::string id;
  std::string ticket_id;
  std::string ticket_reference;
  std::string contact_id;
  std::string agent_id;
  std::string queue_id;
  Channel channel = Channel::kEmail;
  std::string language = "en";
  std::string question_version = kCsatQuestion;
  Scale scale;
  Time create_time;
  Time expire_time;
  std::optional<Time> answer_time;
  int score = 0;
  std::string comment;
  std::string answered_by;  // LINK, MESSAGE
  int version = 1;

  // The last answer before the end counts. SURVEY_EXPIRED after it.
  Status Answer(int new_score, const std::string& new_comment, const std::string& by, Time now);
  // No more answers: the ticket is worked on again.
  void End(Time now);
  // In the lower two fifths of the scale: someone should act.
  bool IsBad() const;
};

// How many answers gave this score on this scale.
struct ScoreCount {
  Scale scale;
  int score = 0;
  int count = 0;
};
// csat.v1: answers in the upper two fifths of the scale (4 and 5 of 1 to 5) / all answers. Nothing
// without answers. Source: the customary top-two-box definition of CSAT.
std::optional<double> Csat(const std::vector<ScoreCount>& answers);
std::optional<double> MeanScore(const std::vector<ScoreCount>& answers);

}  // namespace muara::feedback
