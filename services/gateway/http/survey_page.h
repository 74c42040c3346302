// The page behind a survey's signed link. Looking at it never counts, because mail scanners follow
// links; a small script sends the score that the link carries, and a button does so without it.
#pragma once

#include "libs/base/time.h"
#include "libs/http/message.h"
#include "muara/feedback/v1/surveys.pb.h"
#include "services/gateway/clients/backends.h"
#include "services/gateway/domain/rate_limit.h"

namespace muara::gateway {

class SurveyPage {
 public:
  SurveyPage(const Backends& backends, const Clock& clock);

  http::Response Show(const http::Request& request) const;  // GET /s/{token}?score=4
  http::Response Answer(const http::Request& request);      // POST /s/{token}, a form

 private:
  const Backends& backends_;
  const Clock& clock_;
  RateLimit per_address_;
};

http::Response SurveyScript();
http::Response SurveyStyle();

}  // namespace muara::gateway
