// Calendars, policies and clocks as messages, and back.
#pragma once

#include "muara/ticket/v1/sla_service.pb.h"
#include "services/ticket/domain/sla/clock.h"

namespace muara::ticket::wire {

v1::BusinessCalendar ToProto(const Calendar& calendar);
v1::SlaPolicy ToProto(const SlaPolicy& policy);
v1::SlaClock ToProto(const SlaClock& clock);
v1::SlaInterval ToProto(const Interval& interval, Duration working);

template <class T>
using Repeated = google::protobuf::RepeatedPtrField<T>;

// What cannot be read at all is added to `problems`; what the domain refuses it names itself.
std::vector<SlaRule> FromProto(const Repeated<v1::SlaRule>& rules,
                               std::vector<Violation>& problems);
std::vector<SlaTarget> FromProto(const Repeated<v1::SlaTarget>& targets,
                                 std::vector<Violation>& problems);

}  // namespace muara::ticket::wire
