#include "services/routing/wire/routing.h"

#include "libs/rpc/timestamp.h"

namespace muara::routing::wire {
namespace {

static_assert(static_cast<int>(AgentStatus::kOffline) == v1::AGENT_STATUS_OFFLINE);
static_assert(static_cast<int>(ItemStatus::kDone) == v1::WORK_ITEM_STATUS_DONE);
static_assert(static_cast<int>(OfferStatus::kRescinded) == v1::OFFER_STATUS_RESCINDED);
static_assert(static_cast<int>(Channel::kApi) == connector::v1::CHANNEL_API);

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
  out.set_used(agent.used);
  out.set_status(static_cast<v1::AgentStatus>(agent.status));
  out.set_status_reason(agent.status_reason);
  rpc::SetTimestamp(out.mutable_status_time(), agent.status_time);
  out.set_version(agent.version);
  return out;
}

v1::Queue ToProto(const Queue& queue) {
  v1::Queue out;
  out.set_id(queue.id);
  out.set_display_name(queue.display_name);
  out.set_priority(queue.priority);
  out.set_ageing_per_minute(queue.ageing_per_minute);
  out.set_offer_timeout_seconds(queue.offer_timeout_seconds);
  for (const Skill& skill : queue.requirements) {
    auto* one = out.add_requirements();
    one->set_name(skill.name);
    one->set_level_min(skill.level);
  }
  out.set_version(queue.version);
  out.set_waiting(queue.waiting);
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

std::vector<Skill> FromProto(
    const google::protobuf::RepeatedPtrField<v1::SkillRequirement>& requirements) {
  std::vector<Skill> out;
  for (const auto& one : requirements) out.push_back({one.name(), one.level_min()});
  return out;
}

}  // namespace muara::routing::wire
