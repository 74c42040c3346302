#include "services/ticket/wire/viewers.h"

#include "libs/base/id.h"
#include "libs/rpc/timestamp.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket::wire {

static_assert(static_cast<int>(ViewerState::kGone) == v1::VIEWER_STATE_GONE);

v1::Viewer ToProto(const Viewer& viewer) {
  v1::Viewer out;
  out.set_agent_id(viewer.agent_id);
  out.set_state(static_cast<v1::ViewerState>(viewer.state));
  rpc::SetTimestamp(out.mutable_until_time(), viewer.until);
  return out;
}

bus::Envelope TicketViewed(const TicketId& ticket, const Viewer& viewer, Time now) {
  v1::TicketViewed message;
  message.set_ticket_id(ticket.value);
  *message.mutable_viewer() = ToProto(viewer);
  bus::Envelope envelope;
  envelope.id = NewUuid();
  envelope.source = "ticket";
  envelope.type = v1::TicketViewed::descriptor()->full_name();
  envelope.subject = ticket.value;
  envelope.time = now;
  envelope.data = message.SerializeAsString();
  return envelope;
}

}  // namespace muara::ticket::wire
