// Tells the ticket service which tickets a supervisor should look at. Each is kept in the store
// until it was told, under the same request id, so that telling it twice is harmless. One thread.
#pragma once

#include <functional>

#include "services/routing/store/flags.h"

namespace muara::routing {

class Flagger {
 public:
  // kUnavailable and the like are tried again; any other refusal ends it: the ticket is over.
  using Tell = std::function<Status(const store::FlagCommand&)>;

  Flagger(sql::Database& database, Tell tell) : database_(database), tell_(std::move(tell)) {}

  // True: there is more.
  Result<bool> Step();

 private:
  sql::Database& database_;
  const Tell tell_;
};

}  // namespace muara::routing
