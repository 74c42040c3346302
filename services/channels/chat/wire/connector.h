// Messages to and from the connector contract.
#pragma once

#include <string>

#include "libs/base/result.h"
#include "muara/connector/v1/connector.pb.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat::wire {

// "<session>/<seq>" of a message of ours.
std::string ProviderMessageId(const Message& message);

connector::v1::Submission ToSubmission(const Session& session, const Message& message,
                                       const std::string& endpoint);

// kInvalidArgument that names what is missing; kFailedPrecondition with a reason for what a chat
// can never show (ATTACHMENTS_NOT_SUPPORTED, EMPTY_TEXT, TEXT_TOO_LONG, BAD_TEXT).
Result<Message> FromProto(const connector::v1::DeliverRequest& request);

connector::v1::DeliverResponse Accepted(const Message& message);
connector::v1::DeliverResponse Rejected(const Error& error);

}  // namespace muara::chat::wire
