#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {
namespace {

int Minutes(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(duration).count());
}

}  // namespace

v1::QueuePolicy ToProto(const QueuePolicy& policy) {
  v1::QueuePolicy out;
  out.set_queue_id(policy.queue_id);
  out.set_reopen_window_minutes(Minutes(policy.lifecycle.reopen_window));
  out.set_close_after_minutes(Minutes(policy.lifecycle.close_after));
  out.set_disposition_required(policy.disposition_required);
  for (const Disposition& one : policy.dispositions) {
    auto* disposition = out.add_dispositions();
    disposition->set_code(one.code);
    disposition->set_name(one.name);
  }
  for (const std::string& queue : policy.escalation_queue_ids) out.add_escalation_queue_ids(queue);
  out.set_version(policy.version);
  return out;
}

v1::StatusName ToProto(const NamedStatus& name) {
  v1::StatusName out;
  out.set_id(name.id);
  out.set_name(name.name);
  out.set_status(static_cast<v1::TicketStatus>(name.status));
  out.set_archived(name.archived);
  out.set_version(name.version);
  return out;
}

}  // namespace muara::ticket::wire
