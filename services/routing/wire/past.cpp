#include "services/routing/wire/past.h"

#include <google/protobuf/message.h>

#include "libs/bus/envelope.h"
#include "libs/bus/words.h"
#include "libs/rpc/timestamp.h"
#include "services/routing/wire/routing.h"

namespace muara::routing::wire {
namespace {

// The fact's field of this name and type, if it is set.
template <class Part>
std::optional<Part> PartIn(const bus::KeyEntry& told, const char* name) {
  const auto envelope = bus::ParseEnvelope(told.envelope);
  if (!envelope) return std::nullopt;
  const auto fact = bus::ReadMessage(envelope->type, envelope->data);
  if (fact == nullptr) return std::nullopt;
  const auto* field = fact->GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->message_type() != Part::descriptor()) return std::nullopt;
  return static_cast<const Part&>(fact->GetReflection()->GetMessage(*fact, field));
}

WorkItem FromProto(const v1::WorkItem& from) {
  WorkItem item;
  item.id = from.id();
  item.queue_id = from.queue_id();
  item.home_queue_id = from.home_queue_id();
  item.status = static_cast<ItemStatus>(from.status());
  item.channel = static_cast<Channel>(from.channel());
  item.weight = from.weight();
  item.priority = from.priority();
  item.agent_id = from.agent_id();
  item.offer_id = from.offer_id();
  item.enqueue_time = rpc::FromTimestamp(from.enqueue_time());
  item.subject = from.subject();
  item.ticket_reference = from.ticket_reference();
  item.preferred_agent_id = from.preferred_agent_id();
  item.preferred_until = rpc::FromTimestamp(from.preferred_until_time());
  item.preference = from.preferred_by_name() ? Preference::kDirected : Preference::kSticky;
  item.requirements = wire::FromProto(from.requirements());
  item.due_time = rpc::FromTimestamp(from.due_time());
  if (from.has_wrap_up_until_time()) {
    item.wrap_up_until = rpc::FromTimestamp(from.wrap_up_until_time());
  }
  item.wrap_up_extendable_seconds = from.wrap_up_extendable_seconds();
  item.reason = from.reason();
  item.version = from.version();
  for (const auto& one : from.exclusions()) {
    item.excluded[one.agent_id()] = rpc::FromTimestamp(one.until_time());
  }
  return item;
}

Agent FromProto(const v1::Agent& from) {
  Agent agent;
  agent.id = from.id();
  agent.display_name = from.display_name();
  agent.skills = wire::FromProto(from.skills());
  agent.queue_ids.assign(from.queue_ids().begin(), from.queue_ids().end());
  agent.capacity = from.capacity();
  agent.share = from.share();
  for (const auto& load : from.loads()) {
    agent.load.Add(static_cast<Channel>(load.channel()), load.units());
  }
  agent.status = static_cast<AgentStatus>(from.status());
  agent.status_reason = from.status_reason();
  agent.status_time = rpc::FromTimestamp(from.status_time());
  // Before sessions were known, whoever was available was there.
  agent.connection = from.connection() == v1::AGENT_CONNECTION_UNSPECIFIED
                         ? Connection::kLive
                         : static_cast<Connection>(from.connection());
  agent.connection_time = rpc::FromTimestamp(from.connection_time());
  agent.version = from.version();
  return agent;
}

Queue FromProto(const v1::Queue& from) {
  Queue queue;
  queue.id = from.id();
  queue.display_name = from.display_name();
  queue.priority = from.priority();
  queue.ageing_per_minute = from.ageing_per_minute();
  queue.offer_timeout_seconds = from.offer_timeout_seconds();
  queue.requirements = wire::FromProto(from.requirements());
  queue.tier = from.tier();
  queue.order = static_cast<Order>(from.order());
  queue.balance = static_cast<Balance>(from.balance());
  queue.preferred_seconds = from.preferred_seconds();
  queue.hold_back_seconds = from.hold_back_seconds();
  queue.overflow_seconds = from.overflow_seconds();
  queue.overflow_queue_id = from.overflow_queue_id();
  queue.wrap_up_seconds = from.wrap_up_seconds();
  queue.version = from.version();
  return queue;
}

}  // namespace

Time TimeOf(const bus::KeyEntry& told) {
  const auto envelope = bus::ParseEnvelope(told.envelope);
  return envelope ? envelope->time : Time();
}

std::optional<WorkItem> ItemIn(const bus::KeyEntry& told) {
  const auto part = PartIn<v1::WorkItem>(told, "item");
  return part ? std::optional(FromProto(*part)) : std::nullopt;
}

std::optional<Agent> AgentIn(const bus::KeyEntry& told) {
  const auto part = PartIn<v1::Agent>(told, "agent");
  return part ? std::optional(FromProto(*part)) : std::nullopt;
}

std::optional<Queue> QueueIn(const bus::KeyEntry& told) {
  const auto part = PartIn<v1::Queue>(told, "queue");
  return part ? std::optional(FromProto(*part)) : std::nullopt;
}

}  // namespace muara::routing::wire
