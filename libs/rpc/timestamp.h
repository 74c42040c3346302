// Our points in time as google.protobuf.Timestamp.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "libs/base/time.h"

namespace muara::rpc {

inline void SetTimestamp(google::protobuf::Timestamp* out, Time time) {
  const int64_t micros = ToMicros(time);
  out->set_seconds(micros / 1000000);
  out->set_nanos(static_cast<int>(micros % 1000000) * 1000);
}

inline Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return FromMicros(timestamp.seconds() * 1000000 + timestamp.nanos() / 1000);
}

}  // namespace muara::rpc
