// One message that the core wants sent, and what came of it. Plain values.
#pragma once

#include <string>
#include <vector>

namespace muara::email {

enum class Purpose { kReply, kAcknowledgement, kSurvey };

struct AttachmentRef {
  std::string reference;  // sha256:<hex>
  std::string file_name;
  std::string content_type;
};

struct Delivery {
  std::string id;
  int attempt = 1;
  std::string endpoint;
  std::string conversation;  // replies of one go out one after the other
  std::string ticket_id;
  std::string ticket_reference;
  std::vector<std::string> recipients;
  std::string subject;
  std::string text;
  std::vector<AttachmentRef> attachments;
  Purpose purpose = Purpose::kReply;
  std::string author_name;
  std::string in_reply_to;
  std::vector<std::string> references;
};

enum class DeliveryState {
  kAttempting = 1,  // begun; found so later, nobody knows how it ended
  kAccepted = 2,
  kRejected = 3,  // final for this message
  kUnknown = 4,
  kRetry = 5,          // certainly not sent
  kEndpointFault = 6,  // nothing can be sent until someone mends our settings
  kCallerFault = 7,    // asked for something impossible
};

struct DeliveryOutcome {
  DeliveryState state = DeliveryState::kRetry;
  std::string provider_message_id;
  std::string reason;  // stable, UPPER_SNAKE
  std::string detail;  // for people; no addresses
};

}  // namespace muara::email
