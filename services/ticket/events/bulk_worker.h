// Does what bulk edits have to do. One thread, at rest while there is nothing.
#pragma once

#include <atomic>
#include <thread>

#include "services/ticket/app/bulk/bulk_edits.h"

namespace muara::ticket::events {

class BulkWorker {
 public:
  explicit BulkWorker(BulkEdits& edits) : edits_(edits) {}
  ~BulkWorker() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();

  BulkEdits& edits_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events
