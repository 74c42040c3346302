// Wakes whoever waits for the next due time when a change of a ticket may have brought one.
// Thread-safe.
#pragma once

#include <chrono>

#include "libs/bus/wake.h"
#include "services/ticket/app/journal.h"

namespace muara::ticket {

class DueBell final : public Follower {
 public:
  muara::Status Follow(sql::Tx& tx, const Entry& entry, Time) override {
    if (entry.ticket.Due()) tx.OnCommit([this] { wake_.Notify(); });
    return Ok();
  }
  void Ring() { wake_.Notify(); }
  void WaitFor(std::chrono::milliseconds limit) { wake_.WaitFor(limit); }

 private:
  bus::Wake wake_;
};

}  // namespace muara::ticket
