#include "libs/sql/nested.h"

namespace muara::sql {

Status Nested::RunIn(Mode mode, const std::function<Status(Tx&)>& work) {
  if (mode == Mode::kRead) return work(tx_);
  RETURN_IF_ERROR(tx_.Execute("SAVEPOINT step"));
  const Status done = work(tx_);
  // A lost race has spoiled the whole transaction: its error is enough.
  if (!done.ok()) {
    if (!tx_.Execute("ROLLBACK TO SAVEPOINT step").ok()) return done;
  }
  const auto released = tx_.Execute("RELEASE SAVEPOINT step");
  if (!released.ok() && done.ok()) return released.error();
  return done;
}

}  // namespace muara::sql
