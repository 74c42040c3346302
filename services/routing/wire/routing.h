// Agents, queues, work and offers as messages.
#pragma once

#include "muara/routing/v1/routing.pb.h"
#include "services/routing/domain/work.h"

namespace muara::routing::wire {

v1::Agent ToProto(const Agent& agent);
// For answers: with what the agent may be given now, and why not.
v1::Agent ToProtoWithRoutability(const Agent& agent, const CapacityPolicy& capacity);
v1::Queue ToProto(const Queue& queue);
// For answers: with whether it is open, of a queue that has its hours.
v1::Queue ToProtoAt(const Queue& queue, Time now);
v1::WorkItem ToProto(const WorkItem& item);
v1::Offer ToProto(const Offer& offer);

std::vector<Skill> FromProto(const google::protobuf::RepeatedPtrField<v1::Skill>& skills);
Requirements FromProto(
    const google::protobuf::RepeatedPtrField<v1::SkillRequirement>& requirements);

}  // namespace muara::routing::wire
