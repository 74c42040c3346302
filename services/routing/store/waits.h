// What was served of a queue lately, and the estimates of waits that were given, in the caller's
// transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/wait.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

// Of its queue, those that wait and go before it: domain/rank.h's order, counted by the store.
Result<int> CountBefore(sql::Tx& tx, const Queue& queue, const WorkItem& item);

// Offers that were accepted since, the newest first.
Result<std::vector<Served>> ListServed(sql::Tx& tx, const std::string& queue_id, Time since,
                                       int limit);

struct GivenEstimate {
  std::string work_item_id;
  std::string queue_id;
  Time asked;
  int position = 0;
  WaitRange range;
};
// The first one of each wait is kept.
Result<bool> HasOpenEstimate(sql::Tx& tx, const std::string& work_item_id);
Status KeepEstimate(sql::Tx& tx, const GivenEstimate& given);
// Those whose item was offered since are settled, and those whose item went another way are
// dropped; `limit` of each at most. Answers how many.
Result<int64_t> SettleEstimates(sql::Tx& tx, int limit);
// Settled ones of the queue, the newest first.
Result<std::vector<Settled>> ListSettled(sql::Tx& tx, const std::string& queue_id, int limit);
Result<int64_t> DropEstimates(sql::Tx& tx, Time before, int limit);

}  // namespace muara::routing::store
