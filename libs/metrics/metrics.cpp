#include "libs/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace muara::metrics {

namespace {

const prometheus::Histogram::BucketBoundaries& SecondBuckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  return buckets;
}

const prometheus::Histogram::BucketBoundaries& WaitBuckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {
      0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400};
  return buckets;
}

}  // namespace

struct Registry::Families {
  prometheus::Registry registry;
  std::mutex mutex;
  std::map<std::string, prometheus::Family<prometheus::Counter>*> counters;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges;
  std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms;

  template <class Metric, class Builder>
  prometheus::Family<Metric>& Of(std::map<std::string, prometheus::Family<Metric>*>& known,
                                 const std::string& name, Builder builder) {
    const std::lock_guard lock(mutex);
    auto& family = known[name];
    if (family == nullptr) family = &builder().Name(name).Help(name).Register(registry);
    return *family;
  }
};

Registry::Registry() : families_(std::make_unique<Families>()) {}
Registry::~Registry() = default;

void Registry::Count(const std::string& name, const Labels& labels, double by) {
  families_->Of(families_->counters, name, prometheus::BuildCounter).Add(labels).Increment(by);
}

void Registry::Set(const std::string& name, const Labels& labels, double value) {
  families_->Of(families_->gauges, name, prometheus::BuildGauge).Add(labels).Set(value);
}

void Registry::ObserveSeconds(const std::string& name, const Labels& labels, double seconds) {
  Observe(name, labels, SecondBuckets(), seconds);
}

void Registry::ObserveWaitSeconds(const std::string& name, const Labels& labels, double seconds) {
  Observe(name, labels, WaitBuckets(), seconds);
}

void Registry::Observe(const std::string& name, const Labels& labels,
                       const std::vector<double>& buckets, double seconds) {
  families_->Of(families_->histograms, name, prometheus::BuildHistogram)
      .Add(labels, buckets)
      .Observe(seconds);
}

std::string Registry::Text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace muara::metrics
