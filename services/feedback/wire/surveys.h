// Surveys as messages.
#pragma once

#include "muara/feedback/v1/surveys.pb.h"
#include "services/feedback/domain/survey.h"

namespace muara::feedback::wire {

v1::Survey ToProto(const Survey& survey);
v1::PublicSurvey ToPublic(const Survey& survey, Time now);

}  // namespace muara::feedback::wire
