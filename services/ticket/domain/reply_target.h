// By which way a reply goes, as an agent chooses it. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "services/ticket/domain/contacts/contact.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

struct ReplyTarget {
  std::optional<PointKind> kind;  // none: the endpoint decides
  std::string value;
  std::string endpoint;  // ours; empty: as messages of this way have it

  bool empty() const { return !kind && value.empty() && endpoint.empty(); }
};

// Our mailboxes and the queue of each: by these a mail goes where none has come.
using Mailboxes = std::map<std::string, std::string>;
// Those of all endpoints that are addresses.
Mailboxes MailboxesIn(const std::map<std::string, std::string>& endpoint_queues);
// The queue's own, or the first; empty: there is none.
std::string MailboxOf(const Mailboxes& mailboxes, const std::string& queue_id);

// The channel that brings messages to points of this kind; none: nothing of ours does.
std::optional<Channel> ChannelTo(PointKind kind);
bool IsDelivered(Channel channel);

}  // namespace muara::ticket
