// Replies to the contact, and the guard against those that were written to an older conversation.
#include <algorithm>

#include "services/ticket/app/attachments/attachments.h"
#include "services/ticket/app/reply_way.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

constexpr int kNewerMax = 200;      // looked at
constexpr size_t kNewerShown = 20;  // told of

const char* AuthorOf(const store::Heading& one) {
  if (one.direction != Direction::kInbound) return one.author_id.empty() ? "SYSTEM" : "AGENT";
  return one.origin == Origin::kHuman ? "CONTACT" : "MACHINE";
}

const char* KindOf(const store::Heading& one) {
  switch (one.kind) {
    case InteractionKind::kMessage:
      return "MESSAGE";
    case InteractionKind::kNote:
      return "NOTE";
    case InteractionKind::kSurveyAnswer:
      return "SURVEY_ANSWER";
  }
  return "";
}

// Something that a reply should have known: people wrote to each other. Notes, machines, scores and
// what the writer wrote themselves are told of, and stop nobody.
bool Matters(const store::Heading& one, const std::string& writer_id) {
  if (one.kind != InteractionKind::kMessage || one.origin != Origin::kHuman) return false;
  return one.direction == Direction::kInbound || one.author_id != writer_id;
}

// No words of anybody: those who may read them ask for the interactions.
Error StaleReply(const std::vector<store::Heading>& newer, int latest_sequence) {
  Error stale = MakeError(Code::kAborted, "STALE_REPLY",
                          "others have written since: read it, then send again");
  stale.metadata.emplace_back("latest_sequence", std::to_string(latest_sequence));
  stale.metadata.emplace_back("newer_count", std::to_string(newer.size()));
  for (size_t i = 0; i < std::min(newer.size(), kNewerShown); ++i) {
    const store::Heading& one = newer[i];
    stale.metadata.emplace_back("newer." + std::to_string(one.sequence),
                                std::string(AuthorOf(one)) + " " + KindOf(one) + " " +
                                    ToRfc3339(one.create_time) + " " + one.id.value);
  }
  return stale;
}

muara::Status CheckSeen(sql::Tx& tx, const Change& change, int seen_sequence,
                        int inbound_sequence) {
  if (seen_sequence == 0) return Ok();
  ASSIGN_OR_RETURN(const auto newer, store::ListHeadings(tx, change.id, seen_sequence, kNewerMax));
  const std::string writer_id = change.actor.substr(change.actor.find('/') + 1);
  int latest_sequence = inbound_sequence > seen_sequence ? inbound_sequence : 0;
  for (const store::Heading& one : newer) {
    if (Matters(one, writer_id)) latest_sequence = std::max(latest_sequence, one.sequence);
  }
  if (latest_sequence == 0) return Ok();
  return StaleReply(newer, latest_sequence);
}

}  // namespace

Result<Interaction> Tickets::ReplyIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                                     const Outgoing& outgoing, Time now) {
  ASSIGN_OR_RETURN(auto last, store::LastInbound(tx, ticket.id));
  const int inbound_sequence = last ? last->sequence : 0;
  if (!last) {
    ASSIGN_OR_RETURN(last, store::LastOutbound(tx, ticket.id));
  }
  if (!last && outgoing.target.empty()) {
    return MakeError(Code::kFailedPrecondition, "NO_CHANNEL",
                     "the contact has not written on this ticket: there is no way to reply");
  }
  RETURN_IF_ERROR(CheckSeen(tx, change, outgoing.seen_sequence, inbound_sequence));
  ReplyWay way;
  if (outgoing.target.empty()) {
    way = WayOf(*last);
  } else {
    ASSIGN_OR_RETURN(way, FindWay(tx, ticket, outgoing.target, mailboxes_));
  }
  std::vector<Attachment> attachments = outgoing.attachments;
  RETURN_IF_ERROR(SettleAttachments(tx, ticket.id, attachments, now));
  RETURN_IF_ERROR(outgoing.origin == Origin::kHuman ? ticket.Reply(now) : ticket.Note(now));
  Interaction reply;
  reply.origin = outgoing.origin;
  reply.direction = Direction::kOutbound;
  reply.channel = way.channel;
  reply.endpoint = way.endpoint;
  reply.conversation = way.conversation;
  reply.content = {ticket.subject, outgoing.text, "", outgoing.text, attachments};
  reply.points = way.points;
  reply.in_reply_to = way.in_reply_to;
  reply.references = way.references;
  reply.delivery_status = DeliveryStatus::kQueued;
  return reply;
}

Result<Written> Tickets::Reply(const Change& change, const Outgoing& outgoing) {
  return Write(
      change,
      [&](sql::Tx& tx, Ticket& ticket, Time now) {
        return ReplyIn(tx, change, ticket, outgoing, now);
      },
      [&](const Ticket& ticket, const Interaction& interaction) {
        return wire::ReplyWritten(ticket, interaction, CauseOf(change));
      });
}

}  // namespace muara::ticket
