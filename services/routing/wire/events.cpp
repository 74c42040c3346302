#include "services/routing/wire/events.h"

#include "libs/calendar_wire/calendar.h"
#include "muara/routing/v1/facts.pb.h"
#include "services/routing/wire/policy.h"
#include "services/routing/wire/routing.h"

namespace muara::routing::wire {
namespace {

template <class Message>
bus::Fact ToFact(const std::string& key, const Message& message) {
  return {key, Message::descriptor()->full_name(), message.SerializeAsString()};
}

template <class Message>
bus::Fact OfItem(const WorkItem& item) {
  Message message;
  *message.mutable_item() = ToProto(item);
  return ToFact(item.id, message);
}

template <class Message>
bus::Fact OfOffer(const WorkItem& item, const Offer& offer) {
  Message message;
  *message.mutable_item() = ToProto(item);
  *message.mutable_offer() = ToProto(offer);
  return ToFact(item.id, message);
}

}  // namespace

bus::Fact WorkQueued(const WorkItem& item) { return OfItem<v1::WorkQueued>(item); }
bus::Fact WorkAssigned(const WorkItem& item) { return OfItem<v1::WorkAssigned>(item); }
bus::Fact WorkChanged(const WorkItem& item) { return OfItem<v1::WorkChanged>(item); }
bus::Fact WorkParked(const WorkItem& item) { return OfItem<v1::WorkParked>(item); }
bus::Fact WorkWrapping(const WorkItem& item) { return OfItem<v1::WorkWrapping>(item); }
bus::Fact WorkOverdue(const WorkItem& item) { return OfItem<v1::WorkOverdue>(item); }
bus::Fact WorkExpired(const WorkItem& item) { return OfItem<v1::WorkExpired>(item); }
bus::Fact WorkDone(const WorkItem& item) { return OfItem<v1::WorkDone>(item); }

bus::Fact WorkOffered(const WorkItem& item, const Offer& offer) {
  return OfOffer<v1::WorkOffered>(item, offer);
}
bus::Fact OfferAccepted(const WorkItem& item, const Offer& offer) {
  return OfOffer<v1::OfferAccepted>(item, offer);
}
bus::Fact OfferEnded(const WorkItem& item, const Offer& offer) {
  return OfOffer<v1::OfferEnded>(item, offer);
}

bus::Fact AgentChanged(const Agent& agent) {
  v1::AgentChanged message;
  *message.mutable_agent() = ToProto(agent);
  return ToFact("agents/" + agent.id, message);
}

bus::Fact QueueChanged(const Queue& queue) {
  v1::QueueChanged message;
  *message.mutable_queue() = ToProto(queue);
  if (queue.hours != nullptr) {
    *message.mutable_hours() = calendar_wire::ToProto(queue.hours->calendar);
  }
  return ToFact("queues/" + queue.id, message);
}

bus::Fact RoutingPolicyChanged(const RoutingPolicy& policy) {
  v1::RoutingPolicyChanged message;
  *message.mutable_policy() = ToProto(policy);
  return ToFact("routingPolicy", message);
}

}  // namespace muara::routing::wire
