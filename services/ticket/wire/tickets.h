// Tickets and interactions as messages, and back.
#pragma once

#include "muara/connector/v1/intake.pb.h"
#include "muara/ticket/v1/link.pb.h"
#include "muara/ticket/v1/ticket.pb.h"
#include "services/ticket/domain/interaction.h"
#include "services/ticket/domain/links/link.h"

namespace muara::ticket::wire {

v1::Ticket ToProto(const Ticket& ticket);
v1::Interaction ToProto(const Interaction& interaction);
v1::TicketLink ToProto(const Link& link);
connector::v1::Attachment ToProto(const Attachment& attachment);

// Checks every limit and names everything that is wrong.
Result<Submission> FromProto(const connector::v1::Submission& submission);
Result<std::vector<Attachment>> FromProto(
    const google::protobuf::RepeatedPtrField<connector::v1::Attachment>& attachments);

}  // namespace muara::ticket::wire
