// A fact as it travels: CloudEvents attributes around its own bytes (muara.event.v1.Envelope), and
// the seal that shows a copy in Redis to be the one we wrote, at the position where we wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/time.h"

namespace muara::bus {

struct Envelope {
  std::string id;       // UUIDv7
  std::string source;   // the topic: "ticket"
  std::string type;     // "muara.ticket.v1.TicketResolved"
  std::string subject;  // the key whose order is kept
  int64_t key_version = 0;
  Time time;
  std::string traceparent;
  std::string data;
};

std::string Serialize(const Envelope& envelope);
std::optional<Envelope> ParseEnvelope(const std::string& bytes);

// SipHash-2-4 keyed with the deployment's secret, in hex: finds corruption and forgery, and a true
// entry that was moved. `secret` is any length.
class Seal {
 public:
  explicit Seal(const std::string& secret);
  std::string Of(const std::string& topic, int part, int64_t position,
                 std::string_view envelope) const;

 private:
  std::string key_;
};

}  // namespace muara::bus
