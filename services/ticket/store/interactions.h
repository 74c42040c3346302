// Interactions, provider message ids and submissions in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"

namespace muara::ticket::store {

muara::Status InsertInteraction(sql::Tx& tx, const Interaction& interaction,
                                const std::string& raw_reference);
Result<Interaction> LoadInteraction(sql::Tx& tx, const InteractionId& id);
// In order; after this sequence.
Result<std::vector<Interaction>> ListInteractions(sql::Tx& tx, const TicketId& ticket, int after,
                                                  int limit);
// What is said of an interaction without its words.
struct Heading {
  InteractionId id;
  int sequence = 0;
  InteractionKind kind = InteractionKind::kMessage;
  Direction direction = Direction::kInbound;
  Origin origin = Origin::kHuman;
  std::string author_id;
  Time create_time;
};
// In order; after this sequence.
Result<std::vector<Heading>> ListHeadings(sql::Tx& tx, const TicketId& ticket, int after,
                                          int limit);
// What was said on these tickets, for excerpts: the first so many of each, and so many bytes.
struct MessageText {
  TicketId ticket_id;
  int sequence = 0;
  std::string text;
};
Result<std::vector<MessageText>> ListMessageTexts(sql::Tx& tx, const std::vector<TicketId>& tickets,
                                                  int each_max, int bytes_max);
// Of what comes to a ticket that counts no more.
Result<int> NextSequence(sql::Tx& tx, const TicketId& ticket);
// The contact's newest message: where a reply goes.
Result<std::optional<Interaction>> LastInbound(sql::Tx& tx, const TicketId& ticket);
// Our newest message: where the next one goes, if the contact has not written here.
Result<std::optional<Interaction>> LastOutbound(sql::Tx& tx, const TicketId& ticket);
// By which way a message of people came or went, without its words.
struct Trace {
  Direction direction = Direction::kInbound;
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string conversation;
  std::string author_id;
  std::vector<ContactPoint> points;
  std::string provider_message_id;
  std::vector<std::string> references;
};
// The newest first; none of those that were erased.
Result<std::vector<Trace>> ListTraces(sql::Tx& tx, const TicketId& ticket, int limit);
// Has any of these contacts written on this ticket?
Result<bool> HasWritten(sql::Tx& tx, const TicketId& ticket,
                        const std::vector<ContactId>& contacts);
muara::Status SetDeliveryStatus(sql::Tx& tx, const InteractionId& id, DeliveryStatus status);

// Later messages that name this provider id belong to the ticket. The first one stays, and nothing
// leads to what was erased.
muara::Status InsertMessageRef(sql::Tx& tx, const std::string& provider_message_id,
                               const TicketId& ticket, const InteractionId& interaction);

struct SubmissionRecord {
  std::string digest;
  TicketId ticket_id;
  InteractionId interaction_id;
  ContactId contact_id;
};
// True: the key is ours now, to be filled in by CompleteSubmission in the same transaction.
Result<bool> ClaimSubmission(sql::Tx& tx, const Submission& submission, Time now);
muara::Status CompleteSubmission(sql::Tx& tx, const Submission& submission,
                                 const SubmissionRecord& record);
Result<SubmissionRecord> LoadSubmission(sql::Tx& tx, const Submission& submission);

}  // namespace muara::ticket::store
