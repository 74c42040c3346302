// The signed end of a survey's link: who holds it may answer. It names the survey and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace muara::feedback {

class SurveyTokens {
 public:
  // The first key signs, all verify.
  explicit SurveyTokens(std::vector<std::string> keys) : keys_(std::move(keys)) {}
  // `survey_id` is a UUID in text. 43 characters of base64url.
  std::string Sign(const std::string& survey_id) const;
  // The survey's id, if one of the keys signed it. Constant time in the signature.
  std::optional<std::string> Verify(const std::string& token) const;

 private:
  std::vector<std::string> keys_;
};

}  // namespace muara::feedback
