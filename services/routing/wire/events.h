// What this service tells, as facts.
#pragma once

#include "libs/bus/event_log.h"
#include "services/routing/domain/policy.h"
#include "services/routing/domain/work.h"

namespace muara::routing::wire {

bus::Fact WorkQueued(const WorkItem& item);
bus::Fact WorkOffered(const WorkItem& item, const Offer& offer);
bus::Fact OfferAccepted(const WorkItem& item, const Offer& offer);
// Rejected, timed out, taken back or lost with its agent.
bus::Fact OfferEnded(const WorkItem& item, const Offer& offer);
// Given to an agent past the offers.
bus::Fact WorkAssigned(const WorkItem& item);
// Of what is offered or held: its ticket was changed, and it stays where it is.
bus::Fact WorkChanged(const WorkItem& item);
bus::Fact WorkParked(const WorkItem& item);
// Its ticket has ended, or the wrap-up was made longer: `wrap_up_until` says until when.
bus::Fact WorkWrapping(const WorkItem& item);
// It has waited its maximum and waits on.
bus::Fact WorkOverdue(const WorkItem& item);
bus::Fact WorkExpired(const WorkItem& item);
bus::Fact WorkDone(const WorkItem& item);
bus::Fact AgentChanged(const Agent& agent);
// With its hours, which it must have.
bus::Fact QueueChanged(const Queue& queue);
bus::Fact RoutingPolicyChanged(const RoutingPolicy& policy);

}  // namespace muara::routing::wire
