#include "services/routing/wire/routing.h"

#include "libs/rpc/timestamp.h"
#include "services/routing/domain/ability.h"

namespace muara::routing::wire {
namespace {

static_assert(static_cast<int>(AgentStatus::kOffline) == v1::AGENT_STATUS_OFFLINE);
static_assert(static_cast<int>(ItemStatus::kExpired) == v1::WORK_ITEM_STATUS_EXPIRED);
static_assert(static_cast<int>(ClosedHours::kOverflow) == v1::CLOSED_HOURS_OVERFLOW);
static_assert(static_cast<int>(MaxWaitAction::kExpire) == v1::MAX_WAIT_ACTION_EXPIRE);
static_assert(static_cast<int>(OfferStatus::kLost) == v1::OFFER_STATUS_LOST);
static_assert(static_cast<int>(Connection::kNone) == v1::AGENT_CONNECTION_NONE);
static_assert(static_cast<int>(Channel::kApi) == connector::v1::CHANNEL_API);

static_assert(static_cast<int>(Order::kDueTime) == v1::QUEUE_ORDER_DUE_TIME);
static_assert(static_cast<int>(Balance::kShare) == v1::BALANCE_SHARE);

void SetRequirements(google::protobuf::RepeatedPtrField<v1::SkillRequirement>* out,
                     const Requirements& requirements) {
  for (const Requirement& from : requirements) {
    auto* one = out->Add();
    one->set_name(from.skill);
    one->set_level_min(from.level_min);
    for (const Ring& ring : from.rings) {
      auto* to = one->add_rings();
      to->set_after_seconds(ring.after_seconds);
      to->set_level_min(ring.level_min);
    }
  }
}

}  // namespace

v1::Agent ToProto(const Agent& agent) {
  v1::Agent out;
  out.set_id(agent.id);
  out.set_display_name(agent.display_name);
  for (const Skill& skill : agent.skills) {
    auto* one = out.add_skills();
    one->set_name(skill.name);
    one->set_level(skill.level);
  }
  for (const std::string& id : agent.queue_ids) out.add_queue_ids(id);
  out.set_capacity(agent.capacity);
  out.set_used(agent.used());
  out.set_status(static_cast<v1::AgentStatus>(agent.status));
  out.set_status_reason(agent.status_reason);
  rpc::SetTimestamp(out.mutable_status_time(), agent.status_time);
  out.set_connection(static_cast<v1::AgentConnection>(agent.connection));
  if (agent.connection_time != Time()) {
    rpc::SetTimestamp(out.mutable_connection_time(), agent.connection_time);
  }
  out.set_version(agent.version);
  out.set_share(agent.share);
  for (const Channel channel : kChannels) {
    if (agent.load.of(channel) == 0) continue;
    auto* load = out.add_loads();
    load->set_channel(static_cast<connector::v1::Channel>(channel));
    load->set_units(agent.load.of(channel));
  }
  return out;
}

v1::Agent ToProtoWithRoutability(const Agent& agent, const CapacityPolicy& capacity) {
  v1::Agent out = ToProto(agent);
  for (const Channel channel : kChannels) {
    const auto hindrances = HindrancesOf(capacity, agent, channel);
    auto* one = out.add_routability();
    one->set_channel(static_cast<connector::v1::Channel>(channel));
    one->set_routable(hindrances.empty());
    for (const Hindrance& hindrance : hindrances) {
      auto* reason = one->add_reasons();
      reason->set_code(hindrance.code);
      reason->set_detail(hindrance.detail);
    }
  }
  return out;
}

v1::Queue ToProto(const Queue& queue) {
  v1::Queue out;
  out.set_id(queue.id);
  out.set_display_name(queue.display_name);
  out.set_priority(queue.priority);
  out.set_ageing_per_minute(queue.ageing_per_minute);
  out.set_offer_timeout_seconds(queue.offer_timeout_seconds);
  SetRequirements(out.mutable_requirements(), queue.requirements);
  out.set_version(queue.version);
  out.set_waiting(queue.waiting);
  out.set_tier(queue.tier);
  out.set_order(static_cast<v1::QueueOrder>(queue.order));
  out.set_balance(static_cast<v1::Balance>(queue.balance));
  out.set_preferred_seconds(queue.preferred_seconds);
  out.set_hold_back_seconds(queue.hold_back_seconds);
  out.set_overflow_seconds(queue.overflow_seconds);
  out.set_overflow_queue_id(queue.overflow_queue_id);
  out.set_wrap_up_seconds(queue.wrap_up_seconds);
  out.set_agents_may_pull(queue.agents_may_pull);
  out.set_calendar_id(queue.calendar_id);
  out.set_closed_hours(static_cast<v1::ClosedHours>(queue.closed_hours));
  out.set_max_wait_seconds(queue.max_wait_seconds);
  out.set_max_wait_action(static_cast<v1::MaxWaitAction>(queue.max_wait_action));
  return out;
}

v1::Queue ToProtoAt(const Queue& queue, Time now) {
  v1::Queue out = ToProto(queue);
  out.set_open(queue.OpenAt(now));
  const auto change = queue.NextChange(now);
  if (change) rpc::SetTimestamp(out.mutable_open_change_time(), *change);
  return out;
}

v1::WorkItem ToProto(const WorkItem& item) {
  v1::WorkItem out;
  out.set_id(item.id);
  out.set_queue_id(item.queue_id);
  out.set_status(static_cast<v1::WorkItemStatus>(item.status));
  out.set_channel(static_cast<connector::v1::Channel>(item.channel));
  out.set_weight(item.weight);
  out.set_priority(item.priority);
  out.set_agent_id(item.agent_id);
  out.set_offer_id(item.offer_id);
  rpc::SetTimestamp(out.mutable_enqueue_time(), item.enqueue_time);
  out.set_version(item.version);
  out.set_subject(item.subject);
  out.set_ticket_reference(item.ticket_reference);
  out.set_preferred_agent_id(item.preferred_agent_id);
  out.set_reason(item.reason);
  if (item.preferred_until != Time()) {
    rpc::SetTimestamp(out.mutable_preferred_until_time(), item.preferred_until);
  }
  SetRequirements(out.mutable_requirements(), item.requirements);
  out.set_home_queue_id(item.home_queue_id);
  for (const auto& [agent_id, until] : item.excluded) {
    auto* exclusion = out.add_exclusions();
    exclusion->set_agent_id(agent_id);
    rpc::SetTimestamp(exclusion->mutable_until_time(), until);
  }
  out.set_preferred_by_name(item.preference == Preference::kDirected);
  if (item.wrap_up_until != Time()) {
    rpc::SetTimestamp(out.mutable_wrap_up_until_time(), item.wrap_up_until);
  }
  out.set_wrap_up_extendable_seconds(item.wrap_up_extendable_seconds);
  if (item.wait_start != Time()) {
    rpc::SetTimestamp(out.mutable_wait_start_time(), item.wait_start);
  }
  if (item.queue_start != Time()) {
    rpc::SetTimestamp(out.mutable_queue_start_time(), item.queue_start);
  }
  out.set_overdue(item.is_overdue);
  if (item.due_time != Time()) rpc::SetTimestamp(out.mutable_due_time(), item.due_time);
  out.set_priority_by_hand(item.priority_by_hand);
  return out;
}

v1::Offer ToProto(const Offer& offer) {
  v1::Offer out;
  out.set_id(offer.id);
  out.set_work_item_id(offer.work_item_id);
  out.set_agent_id(offer.agent_id);
  out.set_queue_id(offer.queue_id);
  out.set_status(static_cast<v1::OfferStatus>(offer.status));
  rpc::SetTimestamp(out.mutable_create_time(), offer.create_time);
  rpc::SetTimestamp(out.mutable_expire_time(), offer.expire_time);
  out.set_subject(offer.subject);
  out.set_ticket_reference(offer.ticket_reference);
  out.set_channel(static_cast<connector::v1::Channel>(offer.channel));
  out.set_why(offer.why);
  out.set_epoch(offer.epoch);
  return out;
}

std::vector<Skill> FromProto(const google::protobuf::RepeatedPtrField<v1::Skill>& skills) {
  std::vector<Skill> out;
  for (const auto& skill : skills) out.push_back({skill.name(), skill.level()});
  return out;
}

Requirements FromProto(
    const google::protobuf::RepeatedPtrField<v1::SkillRequirement>& requirements) {
  Requirements out;
  for (const auto& from : requirements) {
    Requirement one{from.name(), from.level_min(), {}};
    for (const auto& ring : from.rings()) {
      one.rings.push_back({ring.after_seconds(), ring.level_min()});
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace muara::routing::wire
