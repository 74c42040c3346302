#include "services/routing/domain/wait.h"

#include <algorithm>
#include <cmath>

namespace muara::routing {
namespace {

constexpr int kHalvings = 60;

// I(x; m, k) for whole numbers: that of m + k - 1 throws m or more hit, each with the chance x.
double BetaBelow(double x, int m, int k) {
  const int throws = m + k - 1;
  double sum = 0;
  for (int hits = m; hits <= throws; ++hits) {
    sum += std::exp(std::lgamma(throws + 1.0) - std::lgamma(hits + 1.0) -
                    std::lgamma(throws - hits + 1.0) + hits * std::log(x) +
                    (throws - hits) * std::log1p(-x));
  }
  return sum;
}

Duration QuantileOf(const Pace& pace, int position, double share) {
  double low = 0, high = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (BetaBelow(middle, position, pace.gaps) < share ? low : high) = middle;
  }
  return Duration(std::llround(static_cast<double>(pace.sum.count()) * low / (1 - low)));
}

}  // namespace

Pace PaceOf(const std::vector<Served>& served, const Schedule* hours) {
  Pace pace;
  for (size_t i = 0; i + 1 < served.size() && pace.gaps < kGapsMax; ++i) {
    const Time before = served[i + 1].serve_time;
    if (served[i].enqueue_time > before || served[i].serve_time < before) continue;
    const Duration gap = hours == nullptr ? served[i].serve_time - before
                                          : hours->WorkingTimeBetween(before, served[i].serve_time);
    if (hours != nullptr && gap == Duration(0)) continue;
    ++pace.gaps;
    pace.sum += gap;
  }
  return pace;
}

std::optional<WaitRange> EstimateWait(const Pace& pace, int position) {
  if (pace.gaps < kGapsMin || position < 1) return std::nullopt;
  return WaitRange{QuantileOf(pace, position, 0.5), QuantileOf(pace, position, 0.9)};
}

Calibration CalibrationOf(const std::vector<Settled>& settled) {
  Calibration out;
  for (const Settled& one : settled) {
    ++out.count;
    out.within_p50 += one.waited <= one.estimate.p50 ? 1 : 0;
    out.within_p90 += one.waited <= one.estimate.p90 ? 1 : 0;
    out.mean_error += std::max(one.waited - one.estimate.p50, one.estimate.p50 - one.waited);
  }
  if (out.count == 0) return out;
  out.within_p50 /= out.count;
  out.within_p90 /= out.count;
  out.mean_error /= out.count;
  return out;
}

}  // namespace muara::routing
