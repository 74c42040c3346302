// What tickets do about other services' facts and about time.
#include "services/ticket/app/follow_ups.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

constexpr int kCloseMax = 100;

const wire::Cause kBadScore{"services/feedback", "BAD_SCORE", ""};

}  // namespace

muara::Status Tickets::OpenSurveyIn(sql::Tx& tx, const TicketId& id, const OpenSurvey& survey,
                                    const std::string& request) {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
  if (ticket.status == Status::kResolved) {
    ticket.survey = survey;
    ticket.update_time = clock_.Now();
    RETURN_IF_ERROR(store::Save(tx, ticket));
  } else if (ticket.status != Status::kClosed) {
    return Ok();  // reopened meanwhile: then a number is just a message again
  }
  // A ticket that was closed meanwhile changes no more; its contact is asked all the same.
  return log_.Append(
      tx, wire::SurveyOpened(ticket, request, {"services/feedback", "SURVEY_REQUESTED", ""}),
      clock_.Now());
}

muara::Status Tickets::EscalateIn(sql::Tx& tx, const TicketId& id, const std::string& survey_id) {
  const Time now = clock_.Now();
  const auto is_closed = [](const Ticket& one) { return one.status == Status::kClosed; };
  ASSIGN_OR_RETURN(Ticket ticket, LoadLatest(tx, id, is_closed));
  if (is_closed(ticket)) return FollowUpIn(tx, ticket, survey_id, now);
  const bool reopens = ticket.status == Status::kResolved || ticket.status == Status::kPending;
  RETURN_IF_ERROR(ticket.Escalate(now));
  RETURN_IF_ERROR(store::Save(tx, ticket));
  return log_.Append(tx,
                     reopens ? wire::TicketReopened(ticket, kBadScore)
                             : wire::TicketChanged(ticket, {"priority", "flagged"}, kBadScore),
                     now);
}

muara::Status Tickets::FollowUpIn(sql::Tx& tx, const Ticket& closed, const std::string& survey_id,
                                  Time now) {
  ASSIGN_OR_RETURN(const auto last, store::LastInbound(tx, closed.id));
  Ticket ticket;
  ticket.id = TicketId::New();
  ticket.reference = ReferenceOf(ticket.id);
  ticket.subject = closed.subject;
  ticket.channel = closed.channel;
  ticket.endpoint = closed.endpoint;
  ticket.conversation = closed.conversation;
  ticket.queue_id = closed.queue_id;
  ticket.priority = Priority::kHigh;
  ticket.flagged = true;
  ticket.contact_id = closed.contact_id;
  ticket.contact_name = closed.contact_name;
  ticket.follow_up_of = closed.id;
  ticket.create_time = now;
  ticket.Record(now);
  // What it goes on from: the contact's last message, so that a reply finds its way.
  Interaction interaction = last.value_or(Interaction{});
  interaction.id = InteractionId::New();
  interaction.ticket_id = ticket.id;
  interaction.sequence = ticket.interaction_count;
  interaction.survey_id = survey_id;
  interaction.create_time = now;
  RETURN_IF_ERROR(store::Insert(tx, ticket));
  RETURN_IF_ERROR(store::InsertInteraction(tx, interaction, ""));
  return log_.Append(tx, wire::TicketOpened(ticket, interaction, kBadScore), now);
}

muara::Status Tickets::DeliveryIn(sql::Tx& tx, const InteractionId& id, DeliveryStatus status,
                                  const std::string& provider_message_id) {
  ASSIGN_OR_RETURN(const Interaction before, store::LoadInteraction(tx, id));
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, before.ticket_id));
  RETURN_IF_ERROR(store::SetDeliveryStatus(tx, id, status));
  RETURN_IF_ERROR(store::InsertMessageRef(tx, provider_message_id, ticket.id, id));
  Interaction interaction = before;
  interaction.delivery_status = status;
  return log_.Append(tx, wire::DeliveryStatusChanged(ticket, interaction), clock_.Now());
}

Result<int> Tickets::CloseOld() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto ids,
                     store::ListResolvedBefore(tx, now - policy_.close_after, kCloseMax));
    for (const TicketId& id : ids) {
      ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
      // Moved since it was listed?
      if (ticket.status != Status::kResolved || now < *ticket.resolve_time + policy_.close_after) {
        continue;
      }
      RETURN_IF_ERROR(ticket.Close(now));
      RETURN_IF_ERROR(store::Save(tx, ticket));
      RETURN_IF_ERROR(
          log_.Append(tx, wire::TicketClosed(ticket, {"services/ticket", "CLOSE_AFTER", ""}), now));
    }
    return static_cast<int>(ids.size());
  });
}

}  // namespace muara::ticket
