#include "services/ticket/wire/originals.h"

#include "muara/ticket/v1/originals.pb.h"

namespace muara::ticket::wire {

bus::Fact OriginalsOrphaned(const ContactId& contact, const std::vector<std::string>& references) {
  v1::OriginalsOrphaned message;
  message.set_contact_id(contact.value);
  for (const std::string& reference : references) message.add_references(reference);
  return {"contacts/" + contact.value, v1::OriginalsOrphaned::descriptor()->full_name(),
          message.SerializeAsString()};
}

}  // namespace muara::ticket::wire
