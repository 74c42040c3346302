#include "services/routing/store/waits.h"

#include "services/routing/domain/rank.h"

namespace muara::routing::store {
namespace {

static_assert(static_cast<int>(OfferStatus::kAccepted) == 2);  // as its index says
static_assert(static_cast<int>(ItemStatus::kQueued) == 1);

// Of the estimate `e`.
constexpr const char* kOfferSince =
    "EXISTS (SELECT 1 FROM offer o WHERE o.work_item_id = e.work_item_id AND o.created_us >= "
    "e.asked_us)";

}  // namespace

Result<int> CountBefore(sql::Tx& tx, const Queue& queue, const WorkItem& item) {
  const bool by_due = queue.order == Order::kDueTime;
  const int64_t due_after = std::chrono::duration_cast<Duration>(kDueAfter).count();
  const std::string since = by_due ? "CASE WHEN due_us = 0 THEN enqueue_us ELSE due_us - " +
                                         std::to_string(due_after) + " END"
                                   : "enqueue_us";
  const std::string points = by_due ? "0" : "priority * " + std::to_string(kPoint);
  const std::string ageing = std::to_string(queue.ageing_per_minute) + " * (" + since + ")";
  const int64_t own_since = SinceMicros(queue.order, item.enqueue_time, item.due_time);
  // Of one queue: what is the same for all of it is left out.
  const int64_t own = StaticScore(queue, item.priority, own_since) - StaticScore(queue, 0, 0);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COUNT(*) FROM work_item WHERE status = 1 AND queue_id = $1 AND (" + ageing +
                   " - " + points + ", " + since +
                   ", id) < (CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4)",
               queue.id, -own, own_since, item.id));
  return static_cast<int>(rows[0].Int(0));
}

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
