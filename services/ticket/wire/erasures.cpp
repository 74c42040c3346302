#include "services/ticket/wire/erasures.h"

#include "libs/rpc/timestamp.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket::wire {

v1::ContactErasure ToProto(const Erasure& erasure) {
  v1::ContactErasure out;
  out.set_contact_id(erasure.contact_id.value);
  out.set_state(erasure.done_time ? v1::ERASURE_STATE_DONE : v1::ERASURE_STATE_RUNNING);
  out.set_actor(erasure.actor);
  out.set_reason(erasure.reason);
  rpc::SetTimestamp(out.mutable_request_time(), erasure.request_time);
  if (erasure.done_time) rpc::SetTimestamp(out.mutable_done_time(), *erasure.done_time);
  for (const ContactId& id : erasure.contacts) out.add_contact_ids(id.value);
  for (const auto& [kind, number] : erasure.counts) {
    v1::ErasureCount& count = *out.add_counts();
    count.set_kind(kind);
    count.set_number(number);
  }
  for (const std::string& reference : erasure.kept_elsewhere) out.add_kept_elsewhere(reference);
  out.set_kept_elsewhere_count(erasure.kept_count);
  out.set_sha256(erasure.sha256);
  return out;
}

bus::Fact ContactErased(const ContactId& contact, const std::vector<ContactId>& merged,
                        const std::vector<TicketId>& tickets, const std::string& actor) {
  v1::ContactErased message;
  message.set_contact_id(contact.value);
  for (const ContactId& id : merged) message.add_merged_contact_ids(id.value);
  for (const TicketId& id : tickets) message.add_ticket_ids(id.value);
  message.set_actor(actor);
  return {"contacts/" + contact.value, v1::ContactErased::descriptor()->full_name(),
          message.SerializeAsString()};
}

}  // namespace muara::ticket::wire
