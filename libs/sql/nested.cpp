#include "libs/sql/nested.h"

namespace muara::sql {

Status Nested::RunIn(Mode mode, const std::function<Status(Tx&)>& work) {
  if (mode == Mode::kRead) return work(tx_);
  RETURN_IF_ERROR(tx_.Post("SAVEPOINT step"));
  Status done = work(tx_);
  if (done.ok()) done = tx_.Settle();  // what it posted is its own failure, not that of the rest
  // A lost race has spoiled the whole transaction: its error is enough.
  if (!done.ok() && !tx_.Execute("ROLLBACK TO SAVEPOINT step").ok()) return done;
  const Status released = tx_.Post("RELEASE SAVEPOINT step");
  return done.ok() ? released : done;
}

}  // namespace muara::sql
