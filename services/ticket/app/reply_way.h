// Finds the way of a reply: by which channel and endpoint, to which point, in which thread. In the
// caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"
#include "services/ticket/domain/reply_target.h"

namespace muara::ticket {

struct ReplyWay {
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string conversation;
  std::vector<ContactPoint> points;
  std::string in_reply_to;
  std::vector<std::string> references;
};

// Back the way that a message came, or on the way that ours went.
ReplyWay WayOf(const Interaction& last);

// The way that was chosen; INVALID_FIELDS names what of it is wrong. What somebody merely says of
// himself gets nothing: or anyone could have answers sent to a stranger.
Result<ReplyWay> FindWay(sql::Tx& tx, const Ticket& ticket, const ReplyTarget& target,
                         const Mailboxes& mailboxes);

}  // namespace muara::ticket
