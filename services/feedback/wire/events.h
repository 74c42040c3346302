// What this service tells, as facts. Key: the ticket's id.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/feedback/domain/survey.h"

namespace muara::feedback::wire {

struct Point {
  int kind = 0;  // muara.connector.v1.ContactPointKind
  std::string value;
  std::string display_name;
};

// Where an invitation goes.
struct Invitation {
  std::string url;
  std::string token;
  std::string endpoint;
  std::string conversation;
  std::vector<Point> recipients;
  std::string subject;
  std::string in_reply_to;
  std::vector<std::string> references;
};

bus::Fact SurveyRequested(const Survey& survey, const Invitation& invitation);
bus::Fact SurveyAnswered(const Survey& survey);

}  // namespace muara::feedback::wire
