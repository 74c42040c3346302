// Points in time are microseconds since 1970 in UTC, everywhere: in memory, in stores, in protos.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace muara {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<std::chrono::microseconds>;

inline int64_t ToMicros(Time time) { return time.time_since_epoch().count(); }
inline Time FromMicros(int64_t micros) { return Time(Duration(micros)); }

// RFC 3339 in UTC with milliseconds: 2026-03-01T07:00:00.000Z.
std::string ToRfc3339(Time time);

// Where the time comes from; app code takes one, domain code takes a Time.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time Now() const override;
};

}  // namespace muara
