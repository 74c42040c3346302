// Business calendars as the messages of the ticket service, which owns them, and back. Pure.
#pragma once

#include <array>
#include <vector>

#include "libs/calendar/calendar.h"
#include "muara/ticket/v1/sla.pb.h"

namespace muara::calendar_wire {

// Without the times of its making and changing, which are its owner's.
ticket::v1::BusinessCalendar ToProto(const Calendar& calendar);

template <class T>
using Repeated = google::protobuf::RepeatedPtrField<T>;

// What cannot be read at all is added to `problems`; what a schedule refuses it names itself.
std::array<std::vector<Hours>, 7> FromProto(const Repeated<ticket::v1::BusinessDay>& days,
                                            std::vector<Violation>& problems);
std::vector<Holiday> FromProto(const Repeated<ticket::v1::Holiday>& holidays,
                               std::vector<Violation>& problems);
// All of it but the times of its making and changing.
Calendar FromProto(const ticket::v1::BusinessCalendar& calendar, std::vector<Violation>& problems);

}  // namespace muara::calendar_wire
