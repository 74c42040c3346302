// A fact of a service's log as desks see it live: the lines of one server-sent event, made once for
// all who watch.
#pragma once

#include <optional>
#include <string>

namespace muara::gateway {

struct LiveFact {
  std::string type;        // "muara.ticket.v1.TicketOpened"
  std::string lines;       // "event: ...\ndata: {...}\n"
  std::string offered_to;  // the agent, where it tells of an offer; empty: of none
};

namespace wire {

// Nothing where the bytes are no envelope. A fact of a type that this release does not know is
// passed on without its data.
std::optional<LiveFact> ToLiveFact(const std::string& envelope);

}  // namespace wire
}  // namespace muara::gateway
