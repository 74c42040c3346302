// Does what bulk edits have to do. One thread, at rest while there is nothing.
#pragma once

#include "services/ticket/app/bulk/bulk_edits.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class BulkWorker {
 public:
  explicit BulkWorker(BulkEdits& edits) : edits_(edits) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();

  BulkEdits& edits_;
  Worker worker_{[this] { Turn(); }, [this] { edits_.Wake(); }};
};

}  // namespace muara::ticket::events
