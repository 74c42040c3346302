// Facts of the log as entries of a timeline.
#pragma once

#include <optional>
#include <string>

#include "libs/bus/event_log.h"
#include "muara/ticket/v1/history.pb.h"

namespace muara::ticket::wire {

// A fact, read. Types that this build does not know have neither cause nor ticket.
struct Told {
  v1::HistoryEntry entry;
  std::optional<v1::Ticket> ticket;
};

// None: the bytes are no fact.
std::optional<Told> ReadFact(const bus::KeyEntry& entry);
// What of the ticket is not what it was; `before` none: everything that it has.
void AddChanges(const std::optional<v1::Ticket>& before, const Told& now, v1::HistoryEntry& entry);

}  // namespace muara::ticket::wire
