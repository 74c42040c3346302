#include "services/ticket/events/bulk_worker.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica began and left is found by then.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(2);

}  // namespace

muara::Status BulkWorker::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void BulkWorker::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  edits_.Wake();
  thread_.join();
}

void BulkWorker::RunUntilStopped() {
  while (!stopping_) {
    const auto worked = edits_.Step();
    if (!worked.ok()) log::Failed("bulk edits wait", worked.error());
    if (!worked.ok() || !*worked) edits_.WaitFor(kLookAgain);
  }
}

}  // namespace muara::ticket::events
