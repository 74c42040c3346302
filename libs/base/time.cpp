#include "libs/base/time.h"

#include <cstdio>
#include <ctime>

namespace muara {

std::string ToRfc3339(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
  const std::time_t stamp = seconds.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&stamp, &utc);
  char text[40];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(millis));
  return text;
}

Time SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace muara
