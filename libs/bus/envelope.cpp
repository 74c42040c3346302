#include "libs/bus/envelope.h"

#include <sodium.h>

#include "libs/base/crypto.h"
#include "muara/event/v1/envelope.pb.h"

namespace muara::bus {

std::string Serialize(const Envelope& envelope) {
  event::v1::Envelope message;
  message.set_id(envelope.id);
  message.set_source(envelope.source);
  message.set_type(envelope.type);
  message.set_subject(envelope.subject);
  message.set_key_version(envelope.key_version);
  message.set_time_us(ToMicros(envelope.time));
  message.set_traceparent(envelope.traceparent);
  message.set_data(envelope.data);
  return message.SerializeAsString();
}

std::optional<Envelope> ParseEnvelope(const std::string& bytes) {
  event::v1::Envelope message;
  if (!message.ParseFromString(bytes) || message.id().empty()) return std::nullopt;
  return Envelope{.id = message.id(),
                  .source = message.source(),
                  .type = message.type(),
                  .subject = message.subject(),
                  .key_version = message.key_version(),
                  .time = FromMicros(message.time_us()),
                  .traceparent = message.traceparent(),
                  .data = message.data()};
}

Seal::Seal(const std::string& secret)
    : key_(Sha256("muara.bus.seal\n" + secret).substr(0, crypto_shorthash_KEYBYTES)) {}

std::string Seal::Of(const std::string& topic, int part, int64_t position,
                     std::string_view envelope) const {
  std::string bytes = topic + "\n" + std::to_string(part) + "\n" + std::to_string(position) + "\n";
  bytes += envelope;
  std::string hash(crypto_shorthash_BYTES, '\0');
  crypto_shorthash(reinterpret_cast<unsigned char*>(hash.data()),
                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   reinterpret_cast<const unsigned char*>(key_.data()));
  return ToHex(hash);
}

}  // namespace muara::bus
