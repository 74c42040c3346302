// The fact about what the channels still have of people who were erased.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::wire {

// Of as many references as one fact should name.
bus::Fact OriginalsOrphaned(const ContactId& contact, const std::vector<std::string>& references);

}  // namespace muara::ticket::wire
