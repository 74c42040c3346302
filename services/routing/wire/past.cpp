#include "services/routing/wire/past.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "libs/bus/envelope.h"
#include "libs/bus/words.h"
#include "libs/calendar_wire/calendar.h"
#include "libs/rpc/timestamp.h"
#include "muara/routing/v1/policy.pb.h"
#include "services/routing/wire/routing.h"

namespace muara::routing::wire {
namespace {

using Message = google::protobuf::Message;

// The fact's field of this name and type, if it has one.
template <class Part>
std::optional<Part> PartOf(const Message& fact, const char* name) {
  const auto* field = fact.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->message_type() != Part::descriptor()) return std::nullopt;
  return static_cast<const Part&>(fact.GetReflection()->GetMessage(fact, field));
}

std::unique_ptr<Message> FactIn(const bus::KeyEntry& told) {
  const auto envelope = bus::ParseEnvelope(told.envelope);
  return envelope ? bus::ReadMessage(envelope->type, envelope->data) : nullptr;
}

template <class Part>
std::optional<Part> PartIn(const bus::KeyEntry& told, const char* name) {
  const auto fact = FactIn(told);
  return fact == nullptr ? std::nullopt : PartOf<Part>(*fact, name);
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
  if (from.has_wait_start_time()) item.wait_start = rpc::FromTimestamp(from.wait_start_time());
  if (from.has_queue_start_time()) item.queue_start = rpc::FromTimestamp(from.queue_start_time());
  item.is_overdue = from.overdue();
  item.reason = from.reason();
  item.priority_by_hand = from.priority_by_hand();
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
  agent.share = std::max(1, from.share());  // 0: told before there were shares
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
  // Told before there was a choice: the default.
  if (from.order() != 0) queue.order = static_cast<Order>(from.order());
  if (from.balance() != 0) queue.balance = static_cast<Balance>(from.balance());
  queue.preferred_seconds = from.preferred_seconds();
  queue.hold_back_seconds = from.hold_back_seconds();
  queue.overflow_seconds = from.overflow_seconds();
  queue.overflow_queue_id = from.overflow_queue_id();
  queue.wrap_up_seconds = from.wrap_up_seconds();
  queue.agents_may_pull = from.agents_may_pull();
  queue.calendar_id = from.calendar_id();
  if (from.closed_hours() != 0) {
    queue.closed_hours = static_cast<ClosedHours>(from.closed_hours());
  }
  queue.max_wait_seconds = from.max_wait_seconds();
  if (from.max_wait_action() != 0) {
    queue.max_wait_action = static_cast<MaxWaitAction>(from.max_wait_action());
  }
  queue.version = from.version();
  return queue;
}

// Nothing where this machine cannot reckon with them.
SharedHours HoursIn(const Message& fact) {
  const auto told = PartOf<ticket::v1::BusinessCalendar>(fact, "hours");
  if (!told || told->id().empty()) return nullptr;
  std::vector<Violation> problems;
  auto hours = HoursOf(calendar_wire::FromProto(*told, problems), CalendarState::kStands);
  return hours.ok() && problems.empty() ? *hours : nullptr;
}

std::optional<Queue> QueueOf(const Message& fact) {
  const auto told = PartOf<v1::Queue>(fact, "queue");
  if (!told) return std::nullopt;
  Queue queue = FromProto(*told);
  queue.hours = HoursIn(fact);
  return queue;
}

Offer FromProto(const v1::Offer& from) {
  Offer offer;
  offer.id = from.id();
  offer.work_item_id = from.work_item_id();
  offer.agent_id = from.agent_id();
  offer.queue_id = from.queue_id();
  offer.status = static_cast<OfferStatus>(from.status());
  offer.create_time = rpc::FromTimestamp(from.create_time());
  offer.expire_time = rpc::FromTimestamp(from.expire_time());
  offer.channel = static_cast<Channel>(from.channel());
  offer.why = from.why();
  offer.epoch = from.epoch();
  return offer;
}

RoutingPolicy FromProto(const v1::RoutingPolicy& from) {
  RoutingPolicy policy;
  const auto at = [](connector::v1::Channel channel) {
    return channel > 0 && channel < kChannelCount ? static_cast<size_t>(channel) : 0;
  };
  for (const auto& one : from.weights()) policy.capacity.weights[at(one.channel())] = one.units();
  for (const auto& one : from.interrupt_rules()) {
    policy.capacity.beside[at(one.new_channel())][at(one.present_channel())] =
        static_cast<Beside>(one.effect());
  }
  policy.version = from.version();
  return policy;
}

template <class Part, class To>
void Read(const Message& fact, const char* name, std::optional<To>& to) {
  const auto part = PartOf<Part>(fact, name);
  if (part) to = FromProto(*part);
}

}  // namespace

Time TimeOf(const bus::KeyEntry& told) {
  const auto envelope = bus::ParseEnvelope(told.envelope);
  return envelope ? envelope->time : Time();
}

std::optional<Told> ReadTold(const std::string& envelope) {
  const auto parsed = bus::ParseEnvelope(envelope);
  if (!parsed) return std::nullopt;
  const auto fact = bus::ReadMessage(parsed->type, parsed->data);
  if (fact == nullptr) return std::nullopt;
  Told told{.time = parsed->time,
            .key = parsed->subject,
            .key_version = parsed->key_version,
            .type = fact->GetDescriptor()->name()};
  Read<v1::WorkItem>(*fact, "item", told.item);
  Read<v1::Offer>(*fact, "offer", told.offer);
  Read<v1::Agent>(*fact, "agent", told.agent);
  told.queue = QueueOf(*fact);
  Read<v1::RoutingPolicy>(*fact, "policy", told.policy);
  if (told.item) told.item->subject.clear();
  return told;
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
  const auto fact = FactIn(told);
  return fact == nullptr ? std::nullopt : QueueOf(*fact);
}

}  // namespace muara::routing::wire
