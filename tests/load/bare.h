// What this machine can do at best, measured beside what we do: a gRPC call that does nothing, and
// a transaction of three inserts, each with the same libraries, threads and store as the services.
#pragma once

#include <string>

#include "tests/load/measure.h"

namespace muara::load {

Rate MeasureEcho(int threads, double seconds);
// `url` is a scratch store of the same engine.
Rate MeasureInserts(const std::string& url, int threads, double seconds);

}  // namespace muara::load
