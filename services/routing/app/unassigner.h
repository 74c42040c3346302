// Asks the ticket service for the work of lost agents, under a request that stays the same, so that
// asking twice is harmless. What is no longer theirs is left where it is. Thread-safe.
#pragma once

#include <functional>

#include "libs/sql/database.h"
#include "services/routing/store/lost_work.h"

namespace muara::routing {

class Unassigner {
 public:
  using Tell = std::function<Status(const store::LostWork&)>;

  Unassigner(sql::Database& database, Tell tell) : database_(database), tell_(std::move(tell)) {}

  // One round; true: there is more. The error of a neighbour who is away.
  Result<bool> Step();

 private:
  sql::Database& database_;
  const Tell tell_;
};

}  // namespace muara::routing
