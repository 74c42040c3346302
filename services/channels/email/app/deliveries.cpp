#include "services/channels/email/app/deliveries.h"

#include <algorithm>

#include "libs/base/text.h"
#include "libs/log/log.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/store/deliveries.h"

namespace muara::email {
namespace {

constexpr int kBeginTriesMax = 3;
constexpr int kDownloadMaxMs = 10'000;
// What most mail systems take, before base64 makes a third more of it.
constexpr size_t kAttachedBytesMax = 25 * 1024 * 1024;

DeliveryState StateOf(SendKind kind) {
  switch (kind) {
    case SendKind::kAccepted:
      return DeliveryState::kAccepted;
    case SendKind::kRejected:
      return DeliveryState::kRejected;
    case SendKind::kRetry:
      return DeliveryState::kRetry;
    case SendKind::kUnknown:
      return DeliveryState::kUnknown;
    case SendKind::kEndpointFault:
      return DeliveryState::kEndpointFault;
  }
  return DeliveryState::kUnknown;
}

const char* NameOf(DeliveryState state) {
  switch (state) {
    case DeliveryState::kAttempting:
      return "attempting";
    case DeliveryState::kAccepted:
      return "accepted";
    case DeliveryState::kRejected:
      return "rejected";
    case DeliveryState::kUnknown:
      return "unknown";
    case DeliveryState::kRetry:
      return "retry";
    case DeliveryState::kEndpointFault:
      return "endpoint_fault";
    case DeliveryState::kCallerFault:
      return "caller_fault";
  }
  return "";
}

Author AuthorOf(Purpose purpose) {
  switch (purpose) {
    case Purpose::kReply:
      return Author::kPerson;
    case Purpose::kAcknowledgement:
      return Author::kAutomatReply;
    case Purpose::kSurvey:
      return Author::kAutomatNotice;
  }
  return Author::kPerson;
}

std::string SenderName(const std::string& author, const std::string& brand) {
  if (author.empty() || author == brand) return brand;
  return brand.empty() ? author : author + " (" + brand + ")";
}

std::string TaggedSubject(const Delivery& delivery) {
  if (delivery.ticket_reference.empty()) return delivery.subject;
  const std::string tag = "[#" + delivery.ticket_reference + "]";
  if (delivery.subject.find(tag) != std::string::npos) return delivery.subject;
  return std::string(CutUtf8(delivery.subject, kSubjectMaxBytes - tag.size() - 8)) + " " + tag;
}

std::string Detail(const SendResult& result) {
  if (result.reply_code == 0) return "";
  return "the smarthost said " + std::to_string(result.reply_code) +
         (result.enhanced_code.empty() ? "" : " " + result.enhanced_code);
}

DeliveryOutcome Busy(const char* reason) {
  return {DeliveryState::kRetry, "", reason, "one is under way; ask again when it has ended"};
}

}  // namespace

Result<DeliveryOutcome> Deliveries::Deliver(const Delivery& delivery) {
  const auto itself = in_flight_.TryEnter("delivery " + delivery.id);
  if (!itself) return Busy("DELIVERY_UNDER_WAY");
  const std::string& conversation =
      delivery.conversation.empty() ? delivery.ticket_id : delivery.conversation;
  const auto turn = in_flight_.TryEnter("conversation " + delivery.endpoint + " " +
                                        (conversation.empty() ? delivery.id : conversation));
  if (!turn) return Busy("CONVERSATION_BUSY");
  Result<std::optional<DeliveryOutcome>> known = std::optional<DeliveryOutcome>();
  for (int i = 0; i < kBeginTriesMax; ++i) {
    known =
        database_.Transact([&](sql::Tx& tx) { return store::Begin(tx, delivery, clock_.Now()); });
    if (known.ok() || known.error().code != Code::kAborted) break;
  }
  if (!known.ok()) return known.error();
  if (*known) return **known;
  DeliveryOutcome outcome = Send(delivery);
  Record(delivery, outcome);
  return outcome;
}

DeliveryOutcome Deliveries::Send(const Delivery& delivery) const {
  const Result<Outgoing> outgoing = Build(delivery);
  if (!outgoing.ok()) {
    const Error& error = outgoing.error();
    // Only what is said of the delivery itself is the caller's fault.
    const bool passing = error.code != Code::kInvalidArgument && error.code != Code::kNotFound;
    return {passing ? DeliveryState::kRetry : DeliveryState::kCallerFault, "", error.reason,
            error.message};
  }
  const SendResult result =
      sender_.Send(outgoing->envelope_sender, delivery.recipients, outgoing->message);
  const DeliveryState state = StateOf(result.kind);
  const bool may_be_there = state == DeliveryState::kAccepted || state == DeliveryState::kUnknown;
  return {state, may_be_there ? MakeMessageId(delivery.id, identity_.message_domain) : "",
          result.reason, Detail(result)};
}

Result<Deliveries::Outgoing> Deliveries::Build(const Delivery& delivery) const {
  const Endpoint* endpoint = endpoints_.FindById(delivery.endpoint);
  if (endpoint == nullptr) {
    return MakeError(Code::kInvalidArgument, "UNKNOWN_ENDPOINT", "no such mailbox is served here");
  }
  ReplyMail reply;
  reply.delivery_id = delivery.id;
  reply.message_domain = identity_.message_domain;
  reply.from = {SenderName(delivery.author_name, endpoint->name), endpoint->id};
  for (const std::string& recipient : delivery.recipients) reply.to.push_back({"", recipient});
  reply.subject = TaggedSubject(delivery);
  reply.text = delivery.text;
  reply.in_reply_to = delivery.in_reply_to;
  reply.references = delivery.references;
  reply.author = AuthorOf(delivery.purpose);
  reply.date = clock_.Now();
  // Without a token the answer still finds its ticket, by the ids that it refers to.
  if (auto address = identity_.tokens.AddressFor(endpoint->id, delivery.ticket_id); address.ok()) {
    reply.reply_to = *address;
  }
  RETURN_IF_ERROR(AddAttachments(delivery, reply));
  Outgoing outgoing;
  ASSIGN_OR_RETURN(outgoing.message, BuildReplyMail(reply));
  // Bounces come to the ticket; an automatic answer wants none (RFC 3834, 3.3).
  if (delivery.purpose != Purpose::kAcknowledgement) {
    outgoing.envelope_sender = reply.reply_to.empty() ? endpoint->id : reply.reply_to;
  }
  return outgoing;
}

Status Deliveries::AddAttachments(const Delivery& delivery, ReplyMail& reply) const {
  if (delivery.attachments.size() > kAttachmentsMax) {
    return MakeError(Code::kInvalidArgument, "TOO_MANY_ATTACHMENTS", "at most 20");
  }
  size_t attached_bytes = 0;
  for (const AttachmentRef& one : delivery.attachments) {
    connector::v1::DownloadAttachmentRequest request;
    request.set_reference(one.reference);
    ASSIGN_OR_RETURN(auto file, core_.Ask<connector::v1::AttachmentContent>(
                                    "muara.connector.v1.Attachments/DownloadAttachment", request,
                                    {.deadline_ms = kDownloadMaxMs}));
    attached_bytes += file.content().size();
    if (attached_bytes > kAttachedBytesMax) {
      return MakeError(Code::kInvalidArgument, "ATTACHMENTS_TOO_LARGE",
                       "a mail carries at most 25 MiB of attachments");
    }
    reply.attachments.push_back(
        {one.file_name, one.content_type, std::move(*file.mutable_content())});
  }
  return Ok();
}

void Deliveries::Record(const Delivery& delivery, const DeliveryOutcome& outcome) {
  const Status recorded = database_.Transact(
      [&](sql::Tx& tx) { return store::Finish(tx, delivery.id, outcome, clock_.Now()); });
  if (!recorded.ok()) log::Failed("the end of a delivery was not written down", recorded.error());
  metrics_.Count("muara_email_deliveries_total", {{"outcome", NameOf(outcome.state)}});
  log::Info("delivery ended", {{"delivery_id", delivery.id},
                               {"ticket_id", delivery.ticket_id},
                               {"attempt", delivery.attempt},
                               {"outcome", NameOf(outcome.state)},
                               {"reason", outcome.reason}});
}

}  // namespace muara::email
