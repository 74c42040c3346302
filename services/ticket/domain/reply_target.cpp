#include "services/ticket/domain/reply_target.h"

namespace muara::ticket {

Mailboxes MailboxesIn(const std::map<std::string, std::string>& endpoint_queues) {
  Mailboxes mailboxes;
  for (const auto& [endpoint, queue] : endpoint_queues) {
    if (endpoint.find('@') != std::string::npos) mailboxes[endpoint] = queue;
  }
  return mailboxes;
}

std::string MailboxOf(const Mailboxes& mailboxes, const std::string& queue_id) {
  for (const auto& [endpoint, queue] : mailboxes) {
    if (queue == queue_id) return endpoint;
  }
  return mailboxes.empty() ? "" : mailboxes.begin()->first;
}

std::optional<Channel> ChannelTo(PointKind kind) {
  switch (kind) {
    case PointKind::kEmail:
      return Channel::kEmail;
    case PointKind::kChat:
      return Channel::kChat;
    case PointKind::kPhone:
    case PointKind::kHandle:
      return std::nullopt;
  }
  return std::nullopt;
}

bool IsDelivered(Channel channel) {
  switch (channel) {
    case Channel::kEmail:
    case Channel::kChat:
      return true;
    case Channel::kSocial:
    case Channel::kPhone:
    case Channel::kApi:
      return false;
  }
  return false;
}

}  // namespace muara::ticket
