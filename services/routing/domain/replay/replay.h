// A history once more through the real engine. As it was: what came when, how long it took, who was
// there, how queues and policy were set, what left by itself or was given by hand. Decided anew:
// who is offered what, when it overflows or expires; offers are accepted after the history's usual
// delay, none is rejected or missed. Pure; the same history gives the same ends.
#pragma once

#include "libs/base/result.h"
#include "services/routing/domain/replay/history.h"

namespace muara::routing {

// Asked every now and then; an error ends the replay with it.
using GoOn = std::function<Status()>;

// In the order of the visits.
Result<std::vector<WaitEnd>> Replay(const History& history, const GoOn& go_on);

}  // namespace muara::routing
