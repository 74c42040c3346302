#include "services/ticket/wire/sla.h"

#include "libs/calendar_wire/calendar.h"
#include "libs/rpc/timestamp.h"

namespace muara::ticket::wire {
namespace {

v1::SlaTarget ToProto(const SlaTarget& target) {
  v1::SlaTarget out;
  out.set_kind(static_cast<v1::SlaTargetKind>(target.kind));
  if (target.priority) out.set_priority(static_cast<v1::Priority>(*target.priority));
  out.set_duration_seconds(static_cast<int>(target.duration / std::chrono::seconds(1)));
  out.set_calendar_id(target.calendar_id);
  out.set_warn_share(target.warn_share);
  for (const Status status : target.pauses_on) {
    out.mutable_pauses()->add_statuses(static_cast<v1::TicketStatus>(status));
  }
  out.mutable_pauses();
  return out;
}

}  // namespace

v1::BusinessCalendar ToProto(const Calendar& calendar) {
  v1::BusinessCalendar out = calendar_wire::ToProto(calendar);
  rpc::SetTimestamp(out.mutable_create_time(), calendar.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), calendar.update_time);
  return out;
}

v1::SlaPolicy ToProto(const SlaPolicy& policy) {
  v1::SlaPolicy out;
  out.set_id(policy.id);
  out.set_display_name(policy.display_name);
  out.set_position(policy.position);
  for (const SlaRule& rule : policy.rules) {
    v1::SlaRule* added = out.add_rules();
    added->set_name(rule.name);
    for (const std::string& queue : rule.queue_ids) added->add_queue_ids(queue);
    for (const Priority one : rule.priorities) {
      added->add_priorities(static_cast<v1::Priority>(one));
    }
    for (const Channel one : rule.channels) {
      added->add_channels(static_cast<connector::v1::Channel>(one));
    }
    for (const std::string& tag : rule.tags) added->add_tags(tag);
    for (const std::string& id : rule.account_ids) added->add_account_ids(id);
    for (const std::string& tag : rule.contact_tags) added->add_contact_tags(tag);
    for (const std::string& tag : rule.account_tags) added->add_account_tags(tag);
  }
  for (const SlaTarget& target : policy.targets) *out.add_targets() = ToProto(target);
  rpc::SetTimestamp(out.mutable_create_time(), policy.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), policy.update_time);
  out.set_version(policy.version);
  return out;
}

v1::SlaClock ToProto(const SlaClock& clock) {
  v1::SlaClock out;
  out.set_kind(static_cast<v1::SlaTargetKind>(clock.kind));
  out.set_state(static_cast<v1::SlaClockState>(clock.state()));
  out.set_policy_id(clock.policy_id);
  out.set_rule(clock.rule);
  *out.mutable_target() = ToProto(clock.target);
  rpc::SetTimestamp(out.mutable_start_time(), clock.start);
  if (clock.end) rpc::SetTimestamp(out.mutable_end_time(), *clock.end);
  if (clock.due) rpc::SetTimestamp(out.mutable_due_time(), *clock.due);
  if (clock.warn) rpc::SetTimestamp(out.mutable_warn_time(), *clock.warn);
  if (clock.warned) rpc::SetTimestamp(out.mutable_warned_time(), *clock.warned);
  if (clock.breached) rpc::SetTimestamp(out.mutable_breached_time(), *clock.breached);
  return out;
}

v1::SlaInterval ToProto(const Interval& interval, Duration working) {
  v1::SlaInterval out;
  rpc::SetTimestamp(out.mutable_from_time(), interval.from);
  rpc::SetTimestamp(out.mutable_to_time(), interval.to);
  out.set_running(interval.running);
  out.set_why(static_cast<v1::TicketStatus>(interval.why));
  out.set_working_ms(working / std::chrono::milliseconds(1));
  return out;
}

std::vector<SlaRule> FromProto(const Repeated<v1::SlaRule>& rules,
                               std::vector<Violation>& problems) {
  std::vector<SlaRule> out;
  for (const v1::SlaRule& rule : rules) {
    SlaRule one{rule.name(),
                {rule.queue_ids().begin(), rule.queue_ids().end()},
                {},
                {},
                {rule.tags().begin(), rule.tags().end()},
                {rule.account_ids().begin(), rule.account_ids().end()},
                {rule.contact_tags().begin(), rule.contact_tags().end()},
                {rule.account_tags().begin(), rule.account_tags().end()}};
    for (const int priority : rule.priorities()) {
      if (!v1::Priority_IsValid(priority) || priority == 0) {
        problems.push_back({"rules", "has an unknown priority"});
      }
      one.priorities.push_back(static_cast<Priority>(priority));
    }
    for (const int channel : rule.channels()) {
      if (!connector::v1::Channel_IsValid(channel) || channel == 0) {
        problems.push_back({"rules", "has an unknown channel"});
      }
      one.channels.push_back(static_cast<Channel>(channel));
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<SlaTarget> FromProto(const Repeated<v1::SlaTarget>& targets,
                                 std::vector<Violation>& problems) {
  std::vector<SlaTarget> out;
  for (const v1::SlaTarget& target : targets) {
    SlaTarget one;
    if (!v1::SlaTargetKind_IsValid(target.kind()) || target.kind() == 0) {
      problems.push_back({"targets", "has an unknown kind"});
    }
    if (!v1::Priority_IsValid(target.priority())) {
      problems.push_back({"targets", "has an unknown priority"});
    }
    one.kind = static_cast<TargetKind>(target.kind());
    if (target.priority() != 0) one.priority = static_cast<Priority>(target.priority());
    one.duration = std::chrono::seconds(target.duration_seconds());
    one.calendar_id = target.calendar_id();
    one.warn_share = target.warn_share();
    if (!target.has_pauses()) one.pauses_on = DefaultPauses();
    for (const int status : target.pauses().statuses()) {
      if (!v1::TicketStatus_IsValid(status) || status == 0) {
        problems.push_back({"targets", "pauses in an unknown state"});
      }
      one.pauses_on.push_back(static_cast<Status>(status));
    }
    if (one.pauses_on.size() > 20) problems.push_back({"targets", "pauses in over 20 states"});
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace muara::ticket::wire
