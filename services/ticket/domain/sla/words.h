// Why a clock is due when it is, in words for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/sla/clock.h"

namespace muara::ticket {

// "1 d 2 h 3 min 4 s"; parts of a second are left out.
std::string Spell(Duration duration);

// `elapsed` is by the calendar of today; one that has ended counts by that of its end.
std::string Explain(const SlaClock& clock, const std::vector<Interval>& intervals,
                    Duration elapsed);

}  // namespace muara::ticket
