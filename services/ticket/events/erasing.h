// Goes on with what was asked to be erased. One thread.
#pragma once

#include "services/ticket/app/contacts/erasures.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class Erasing {
 public:
  explicit Erasing(Erasures& erasures) : erasures_(erasures) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();

  Erasures& erasures_;
  Worker worker_{[this] { Turn(); }, [this] { erasures_.wake().Notify(); }};
};

}  // namespace muara::ticket::events
