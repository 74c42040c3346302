// Rules as they are kept, and facts as rules see them. Knows no messages, so that app may use it.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/envelope.h"
#include "services/ticket/domain/rules/rule.h"

namespace muara::ticket::wire {

// The facts of a ticket, which is their key: "TicketOpened" ...
std::vector<std::string> TicketFacts();
// "muara.ticket.v1.TicketOpened"
std::string FullName(const std::string& fact);
// BAD_FACT where it is none of those or cannot be read.
Result<Happening> HappeningOf(const bus::Envelope& envelope);

// All but its id, position, version and whether it is enabled.
std::string Pack(const Rule& rule);
Result<Rule> UnpackRule(const std::string& bytes);
std::string Pack(const std::vector<Action>& actions);
Result<std::vector<Action>> UnpackActions(const std::string& bytes);

}  // namespace muara::ticket::wire
