#include "services/channels/chat/wire/connector.h"

#include "libs/base/crypto.h"
#include "libs/rpc/timestamp.h"

namespace muara::chat::wire {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;

std::string SessionOf(const DeliverRequest& request) {
  if (!request.conversation().empty()) return request.conversation();
  for (const auto& point : request.recipients()) {
    if (point.kind() == connector::v1::CONTACT_POINT_KIND_CHAT) return point.value();
  }
  return "";
}

// Names are shown on one line, whatever the desk allowed.
std::string ShownName(const std::string& name) {
  return name.size() <= kNameBytesMax && CheckPerson(name, "").ok() ? name : "";
}

Status CheckFields(const DeliverRequest& request) {
  std::vector<Violation> violations;
  const size_t id_bytes = request.delivery_id().size();
  if (id_bytes == 0 || id_bytes > kDeliveryIdBytesMax ||
      request.delivery_id().find('\0') != std::string::npos) {
    violations.push_back({"delivery_id", "must have 1 to 128 bytes"});
  }
  const std::string session = SessionOf(request);
  if (session.empty() || session.find('\0') != std::string::npos) {
    violations.push_back({"conversation", "names no chat session"});
  }
  const auto& choices = request.choices();
  if (request.has_choices() &&
      (choices.maximum() < choices.minimum() || choices.url().size() > kUrlBytesMax ||
       choices.url().find('\0') != std::string::npos)) {
    violations.push_back({"choices", "are no range, or have a url over 2000 bytes"});
  }
  return violations.empty() ? Ok() : Status(InvalidFields(std::move(violations)));
}

Status CheckContent(const connector::v1::Content& content) {
  Status text = CheckText(content.text(), kReplyBytesMax);
  if (!text.ok())
    return MakeError(Code::kFailedPrecondition, text.error().reason, text.error().message);
  if (content.attachments_size() == 0) return Ok();
  return MakeError(Code::kFailedPrecondition, "ATTACHMENTS_NOT_SUPPORTED",
                   "the chat shows no attachments");
}

}  // namespace

std::string ProviderMessageId(const Message& message) {
  return message.session + "/" + std::to_string(message.seq);
}

connector::v1::Submission ToSubmission(const Session& session, const Message& message,
                                       const std::string& endpoint) {
  connector::v1::Submission submission;
  submission.set_idempotency_key(session.id + "/" + message.cid);
  submission.set_payload_digest(ToHex(Sha256(message.text)));
  submission.set_channel(connector::v1::CHANNEL_CHAT);
  submission.set_endpoint(endpoint);
  submission.set_provider_message_id(session.id + "/" + message.cid);
  rpc::SetTimestamp(submission.mutable_sent_at(), message.time);
  rpc::SetTimestamp(submission.mutable_received_at(), message.time);
  auto& sender = *submission.mutable_sender();
  sender.set_kind(connector::v1::CONTACT_POINT_KIND_CHAT);
  sender.set_value(session.id);
  sender.set_display_name(message.name);
  sender.set_assurance(connector::v1::ASSURANCE_CHANNEL_VERIFIED);
  if (!session.email.empty()) {
    auto& claimed = *submission.add_claimed_points();
    claimed.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
    claimed.set_value(session.email);
    claimed.set_assurance(connector::v1::ASSURANCE_CLAIMED);
  }
  submission.mutable_content()->set_text(message.text);
  auto& hint = *submission.add_hints();
  hint.set_kind(connector::v1::HINT_KIND_PROVIDER_THREAD);
  hint.set_value(session.id);
  submission.set_origin(connector::v1::ORIGIN_HUMAN);
  submission.set_conversation(session.id);
  return submission;
}

Result<Message> FromProto(const DeliverRequest& request) {
  RETURN_IF_ERROR(CheckFields(request));
  RETURN_IF_ERROR(CheckContent(request.content()));
  Message message;
  message.session = SessionOf(request);
  message.id = request.interaction_id();
  // What is not a reply was written by no person.
  message.author =
      request.purpose() == connector::v1::PURPOSE_REPLY ? Author::kAgent : Author::kSystem;
  message.name = ShownName(request.author_name());
  message.text = request.content().text();
  message.delivery_id = request.delivery_id();
  if (request.has_choices()) {
    message.choices =
        Choices{request.choices().minimum(), request.choices().maximum(), request.choices().url()};
  }
  return message;
}

DeliverResponse Accepted(const Message& message) {
  DeliverResponse response;
  response.set_outcome(DeliverResponse::OUTCOME_ACCEPTED);
  response.set_provider_message_id(ProviderMessageId(message));
  return response;
}

DeliverResponse Rejected(const Error& error) {
  DeliverResponse response;
  response.set_outcome(DeliverResponse::OUTCOME_REJECTED);
  response.set_group(DeliverResponse::ERROR_GROUP_FINAL);
  response.set_reason(error.reason);
  response.set_detail(error.message);
  return response;
}

}  // namespace muara::chat::wire
