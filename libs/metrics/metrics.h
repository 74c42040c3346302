// Counters, gauges and histograms by name and labels, written out in Prometheus' text format. Names
// begin with muara_ and end in their base unit; labels never hold ids or addresses. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace muara::metrics {

using Labels = std::map<std::string, std::string>;

class Registry {
 public:
  Registry();
  ~Registry();

  void Count(const std::string& name, const Labels& labels, double by = 1);
  void Set(const std::string& name, const Labels& labels, double value);
  // Buckets from 0.5 ms to 60 s.
  void ObserveSeconds(const std::string& name, const Labels& labels, double seconds);
  // How long people wait: buckets from 0.1 s to a day.
  void ObserveWaitSeconds(const std::string& name, const Labels& labels, double seconds);

  std::string Text() const;

 private:
  struct Families;
  void Observe(const std::string& name, const Labels& labels, const std::vector<double>& buckets,
               double seconds);
  std::unique_ptr<Families> families_;
};

}  // namespace muara::metrics
