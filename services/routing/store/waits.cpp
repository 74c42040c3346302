#include "services/routing/store/waits.h"

#include "services/routing/domain/work.h"

namespace muara::routing::store {
namespace {

static_assert(static_cast<int>(OfferStatus::kAccepted) == 2);  // as its index says
static_assert(static_cast<int>(ItemStatus::kQueued) == 1);

// Of the estimate `e`.
constexpr const char* kOfferSince =
    "EXISTS (SELECT 1 FROM offer o WHERE o.work_item_id = e.work_item_id AND o.created_us >= "
    "e.asked_us)";

}  // namespace

Result<std::vector<Served>> ListServed(sql::Tx& tx, const std::string& queue_id, Time since,
                                       int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT w.enqueue_us, o.created_us FROM offer o JOIN work_item w ON "
                            "w.id = o.work_item_id WHERE o.queue_id = $1 AND o.status = 2 AND "
                            "o.created_us >= $2 ORDER BY o.created_us DESC LIMIT $3",
                            queue_id, ToMicros(since), limit));
  std::vector<Served> served;
  for (const sql::Row& row : rows) {
    served.push_back({FromMicros(row.Int(0)), FromMicros(row.Int(1))});
  }
  return served;
}

Result<bool> HasOpenEstimate(sql::Tx& tx, const std::string& work_item_id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT 1 FROM wait_estimate WHERE work_item_id = $1 AND waited_us < 0",
                            work_item_id));
  return !rows.empty();
}

Status KeepEstimate(sql::Tx& tx, const GivenEstimate& given) {
  return tx.Post(
      "INSERT INTO wait_estimate (work_item_id, queue_id, asked_us, position, p50_us, "
      "p90_us, waited_us) VALUES ($1, $2, $3, $4, $5, $6, -1) ON CONFLICT DO NOTHING",
      given.work_item_id, given.queue_id, ToMicros(given.asked), given.position,
      given.range.p50.count(), given.range.p90.count());
}

Result<int64_t> SettleEstimates(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(
      const int64_t settled,
      tx.Execute(std::string("UPDATE wait_estimate SET waited_us = (SELECT MIN(f.created_us) FROM "
                             "offer f WHERE f.work_item_id = wait_estimate.work_item_id AND "
                             "f.created_us >= wait_estimate.asked_us) - asked_us WHERE waited_us < "
                             "0 AND (work_item_id, asked_us) IN (SELECT e.work_item_id, e.asked_us "
                             "FROM wait_estimate e WHERE e.waited_us < 0 AND ") +
                     kOfferSince + " LIMIT $1)",
                 limit));
  ASSIGN_OR_RETURN(
      const int64_t dropped,
      tx.Execute(std::string("DELETE FROM wait_estimate WHERE (work_item_id, asked_us) IN (SELECT "
                             "e.work_item_id, e.asked_us FROM wait_estimate e JOIN work_item w ON "
                             "w.id = e.work_item_id WHERE e.waited_us < 0 AND w.status <> 1 AND "
                             "NOT ") +
                     kOfferSince + " LIMIT $1)",
                 limit));
  return settled + dropped;
}

Result<std::vector<Settled>> ListSettled(sql::Tx& tx, const std::string& queue_id, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT p50_us, p90_us, waited_us FROM wait_estimate WHERE queue_id = "
                            "$1 AND waited_us >= 0 ORDER BY asked_us DESC LIMIT $2",
                            queue_id, limit));
  std::vector<Settled> settled;
  for (const sql::Row& row : rows) {
    settled.push_back({{Duration(row.Int(0)), Duration(row.Int(1))}, Duration(row.Int(2))});
  }
  return settled;
}

Result<int64_t> DropEstimates(sql::Tx& tx, Time before, int limit) {
  return tx.Execute(
      "DELETE FROM wait_estimate WHERE (work_item_id, asked_us) IN (SELECT work_item_id, asked_us "
      "FROM wait_estimate WHERE asked_us < $1 ORDER BY asked_us LIMIT $2)",
      ToMicros(before), limit);
}

}  // namespace muara::routing::store
