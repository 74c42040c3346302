// One thing that happened on a ticket: a message in or out, a note, an answer to a survey. It is
// never changed but for what became of its delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/ticket/domain/contacts/contact.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class InteractionKind { kMessage = 1, kNote = 2, kSurveyAnswer = 3 };
enum class Direction { kInbound = 1, kOutbound = 2, kInternal = 3 };
enum class DeliveryStatus {
  kNone = 0,
  kQueued = 1,
  kAttempting = 2,
  kAccepted = 3,
  kFailed = 4,
  kUnknown = 5,
};
enum class Origin { kHuman = 1, kAutoReply = 2, kBulk = 3, kBounce = 4, kOwnLoop = 5 };
enum class HintKind {
  kNone = 0,
  kReplyToken = 1,
  kProviderThread = 2,
  kReplyToMessage = 3,
  kReference = 4,
  kSubjectTag = 5,
  kOpenTicket = 6,  // no hint: the contact's open ticket of the same channel and endpoint
};

constexpr size_t kAttachmentsMax = 20;
constexpr int64_t kAttachmentBytesMax = 25 * 1024 * 1024;
constexpr size_t kReferencesMax = 50;

struct Attachment {
  std::string reference;
  std::string file_name;
  std::string content_type;
  int64_t size_bytes = 0;
  std::string sha256;
  bool inline_shown = false;
};

struct Content {
  std::string subject;
  std::string text;
  std::string html;
  std::string visible_text;
  std::vector<Attachment> attachments;
};

struct Interaction {
  InteractionId id;
  TicketId ticket_id;
  InteractionId copied_from;  // of the ticket that this one was split off
  int sequence = 0;
  InteractionKind kind = InteractionKind::kMessage;
  Direction direction = Direction::kInbound;
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string conversation;
  std::string author_id;
  std::string author_name;
  Content content;
  std::vector<ContactPoint> points;
  std::string provider_message_id;
  std::string in_reply_to;
  std::vector<std::string> references;
  Origin origin = Origin::kHuman;
  std::vector<std::string> evidence;
  HintKind matched_by = HintKind::kNone;
  bool unknown_sender = false;
  DeliveryStatus delivery_status = DeliveryStatus::kNone;
  Time create_time;
  std::string survey_id;
  int survey_score = 0;
};

struct Hint {
  HintKind kind = HintKind::kNone;
  std::string value;
};

// What a connector hands in.
struct Submission {
  std::string idempotency_key;
  std::string payload_digest;
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string provider_message_id;
  ContactPoint sender;
  std::optional<ContactPoint> reply_to;  // where answers are wanted, if elsewhere
  std::vector<ContactPoint> claims;      // what the sender says of itself besides
  Content content;
  std::vector<Hint> hints;
  Origin origin = Origin::kHuman;
  std::vector<std::string> evidence;
  std::string raw_reference;
  std::vector<std::string> references;
  std::string conversation;
};

// What the sender newly wrote, where the channel could tell.
inline const std::string& NewText(const Content& content) {
  return content.visible_text.empty() ? content.text : content.visible_text;
}

}  // namespace muara::ticket
