// What happened to work in a stretch of time, as plain values: who was there, how queues were set,
// what came, how long it took. What a replay is fed with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/routing/domain/engine.h"

namespace muara::routing {

// Each is so from its time on.
struct AgentAt {
  Time time;
  Agent agent;  // its load is the replay's; idle_since counts for the first of an agent alone
};
struct QueueAt {
  Time time;
  Queue queue;
};
struct PolicyAt {
  Time time;
  CapacityPolicy capacity;
};
struct ItemAt {
  Time time;
  WorkItem item;
};

// Expired: it has waited its maximum, by what its queue says.
enum class Fate { kServed = 1, kGone = 2, kWaits = 3, kExpired = 4 };

// How a wait ended.
struct WaitEnd {
  Fate fate = Fate::kWaits;
  std::string agent_id;  // of what was served; empty: by somebody who is no agent
  std::string why;
  Time time;                     // accepted, gone, or the end of the history
  Duration wait = Duration(0);   // until `time`
  std::optional<Time> end_time;  // of the work; none: it went on
};

// Given to an agent past the offers.
struct Hand {
  Time time;
  std::string agent_id;
  std::string why = "assigned directly";
};

// One wait of an item, and the work after it. An item that comes back is another visit.
struct Visit {
  std::string item_id;
  std::string queue_id;  // it came into; counted there, wherever it waits later
  WorkItem item;         // its id is the visit's own
  Time time;             // it comes in, or the history begins
  Time since;            // its wait counts from here
  std::vector<ItemAt> changes;
  std::optional<Time> left;  // without service, if it still waits then
  std::optional<Hand> hand;  // if it still waits then
  Duration work = Duration(0);
  // Nobody works longer on what is over: a guess ends when it `left`.
  bool is_work_guessed = false;
  WaitEnd actual;
};

// Work that an agent holds whatever the replay decides.
struct Hold {
  std::string agent_id;
  Channel channel = Channel::kEmail;
  int weight = 1;
  Time from;
  Time until;
};

struct History {
  Time from;
  Time until;
  std::vector<AgentAt> agents;  // each agent's in their order
  std::vector<QueueAt> queues;
  std::vector<PolicyAt> policies;
  std::vector<Visit> visits;
  std::vector<Hold> holds;
  Duration accept_delay = Duration(0);  // between offer and accept: the median of what was accepted
};

// How long work takes that was not seen to end: as long as the mean of its queue, or of all; and no
// shorter than it was seen. Where nothing ended, it goes on to the end.
void GuessWork(History& history);

}  // namespace muara::routing
