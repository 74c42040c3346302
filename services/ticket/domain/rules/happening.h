// A fact of a ticket as rules see it: what happened, and what it was told with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/interaction.h"

namespace muara::ticket {

enum class ActorKind { kAgent = 1, kContact = 2, kService = 3, kRule = 4 };

struct Happening {
  std::string fact;      // "TicketOpened"
  std::string event_id;  // of its envelope
  Time time;
  Ticket ticket;  // as it was told: after the change
  std::optional<Interaction> interaction;
  std::vector<std::string> changed;  // names of its fields, as conditions name them
  bool reopened = false;
  std::string actor;               // "agents/<id>", "rules/<id>" ...
  std::string reason;              // UPPER_SNAKE
  std::vector<std::string> rules;  // those that led to it, the first one first
  std::string root;                // the event that set off the first of them
};

ActorKind ActorKindOf(const Happening& happening);

}  // namespace muara::ticket
