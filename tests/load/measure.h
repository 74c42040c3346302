// Small parts of the load program: threads that do the same thing for a while, and percentiles.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace muara::load {

struct Rate {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int64_t failed = 0;
};

inline double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

// `work(thread, n)` is done by each thread again and again; false: it failed.
inline Rate Repeat(int threads, double seconds, const std::function<bool(int, int)>& work) {
  using Steady = std::chrono::steady_clock;
  const auto begin = Steady::now();
  const auto end =
      begin + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::vector<double>> times(threads);
  std::atomic<int64_t> failed{0};
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (int n = 0; Steady::now() < end; ++n) {
        const auto start = Steady::now();
        if (!work(thread, n)) ++failed;
        times[thread].push_back(
            std::chrono::duration<double, std::milli>(Steady::now() - start).count());
      }
    });
  }
  for (std::thread& one : running) one.join();
  std::vector<double> all;
  for (const auto& own : times) all.insert(all.end(), own.begin(), own.end());
  const double took = std::chrono::duration<double>(Steady::now() - begin).count();
  return {static_cast<double>(all.size() - failed) / took, Percentile(all, 0.5),
          Percentile(all, 0.99), failed};
}

}  // namespace muara::load
