// What becomes of work by waiting alone: it moves to the overflow queue, or it has waited its
// maximum. The rules, over plain values; the engine, the store's own check and replays ask them
// alike. Pure.
#pragma once

#include <optional>
#include <string>

#include "services/routing/domain/work.h"

namespace muara::routing {

enum class Due { kOverflow = 1, kMaxWait = 2 };

// What is due now. Where both are, the overflow alone: in the other queue that one's maximum
// counts.
struct DueItem {
  std::string item_id;
  Due due = Due::kOverflow;
};

// When so much of the queue's working time has passed since `from`; nothing for 0 seconds, or where
// it never will.
std::optional<Time> AfterWaiting(const Queue& queue, Time from, int seconds);

// What comes into it waits elsewhere, since it is closed.
bool SendsAway(const Queue& queue, bool is_open);

// Of an item that waits in this queue.
std::optional<Due> DueOf(const Queue& queue, const WorkItem& item, Time now);

}  // namespace muara::routing
