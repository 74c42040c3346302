// How long work at a place in its queue has still to wait, from how fast the queue moved lately,
// and how good such estimates were. Pure.
//
// While something waits everybody able is busy, and the times from one that is served to the next
// are close to exponential. The wait at position m is the sum of m of them: Erlang of shape m (W.
// Whitt, "Predicting queueing delays", Management Science 45, 1999). Their rate is known from k
// gaps only; with their sum S, wait / S is beta prime of (m, k), and P(wait <= w) = I(x; m, k) with
// x = w / (w + S): the prediction limits of J. F. Lawless, "A prediction problem concerning samples
// from the exponential distribution", Technometrics 13, 1971. With many gaps it is the Erlang.
#pragma once

#include <optional>
#include <vector>

#include "libs/base/time.h"
#include "libs/calendar/calendar.h"

namespace muara::routing {

constexpr int kGapsMin = 5;   // with fewer nothing is estimated
constexpr int kGapsMax = 50;  // the newest ones
constexpr Duration kServedFor = std::chrono::hours(24);

// When a piece of work came and when it was given to whoever took it.
struct Served {
  Time enqueue_time;
  Time serve_time;
};

struct Pace {
  int gaps = 0;
  Duration sum = Duration(0);
};

// Of what was served, the newest first. Only gaps in which the next one waited already tell how
// fast work is taken; the others tell how it came. Of a queue with hours, in its working time; a
// gap without any tells nothing either.
Pace PaceOf(const std::vector<Served>& served, const Schedule* hours = nullptr);

struct WaitRange {
  Duration p50 = Duration(0);
  Duration p90 = Duration(0);
};

// At this position, 1 or more; nothing: too little is known of the pace.
std::optional<WaitRange> EstimateWait(const Pace& pace, int position);

// An estimate that was given, and what became of it.
struct Settled {
  WaitRange estimate;
  Duration waited = Duration(0);
};

struct Calibration {
  int count = 0;
  double within_p50 = 0;  // share of all
  double within_p90 = 0;
  Duration mean_error = Duration(0);  // how far p50 was off, whichever way
};

Calibration CalibrationOf(const std::vector<Settled>& settled);

}  // namespace muara::routing
