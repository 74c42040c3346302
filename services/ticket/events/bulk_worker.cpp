#include "services/ticket/events/bulk_worker.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica began and left is found by then.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(2);

}  // namespace

void BulkWorker::Turn() {
  const auto worked = edits_.Step();
  if (!worked.ok()) log::Failed("bulk edits wait", worked.error());
  if (!worked.ok() || !*worked) edits_.WaitFor(kLookAgain);
}

}  // namespace muara::ticket::events
