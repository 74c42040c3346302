// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
#include "services/feedback/app/surveys.h"

namespace muara::feedback {

void ServeSurveys(rpc::Server& server, Surveys& surveys);

}  // namespace muara::feedback
