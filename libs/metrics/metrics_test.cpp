#include "libs/metrics/metrics.h"

#include <gtest/gtest.h>

namespace muara::metrics {
namespace {

TEST(Metrics, AreWrittenInPrometheusText) {
  Registry registry;
  registry.Count("muara_calls_total", {{"method", "Submit"}});
  registry.Count("muara_calls_total", {{"method", "Submit"}}, 2);
  registry.Set("muara_log_head", {{"part", "3"}}, 17);
  registry.ObserveSeconds("muara_call_seconds", {}, 0.004);
  registry.ObserveWaitSeconds("muara_wait_seconds", {}, 7000);
  const std::string text = registry.Text();
  EXPECT_NE(text.find("muara_calls_total{method=\"Submit\"} 3"), std::string::npos) << text;
  EXPECT_NE(text.find("muara_log_head{part=\"3\"} 17"), std::string::npos) << text;
  EXPECT_NE(text.find("muara_wait_seconds_bucket{le=\"3600\"} 0"), std::string::npos) << text;
  EXPECT_NE(text.find("muara_wait_seconds_bucket{le=\"14400\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("muara_call_seconds_bucket{le=\"0.005\"} 1"), std::string::npos) << text;
}

}  // namespace
}  // namespace muara::metrics
