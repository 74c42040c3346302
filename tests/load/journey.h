// Messages handed to the running system: as many as it takes, and how soon they reach an agent.
#pragma once

#include <string>

#include "libs/rpc/client.h"
#include "tests/load/measure.h"

namespace muara::load {

// Each submission opens a ticket: one durable transaction behind one gRPC call.
Rate MeasureIntake(rpc::Client& ticket, int threads, double seconds);

struct Journey {
  int messages = 0;
  int missing = 0;           // not seen in time
  double opened_p50_ms = 0;  // submit to TicketOpened in the agent's event stream
  double opened_p99_ms = 0;
  double offered_p50_ms = 0;  // submit to the offer in it
  double offered_p99_ms = 0;
};
// At a steady rate, with one agent's event stream open at `gateway` (host:port).
Journey MeasureJourney(rpc::Client& ticket, const std::string& gateway, const std::string& token,
                       int messages, double per_second);

}  // namespace muara::load
