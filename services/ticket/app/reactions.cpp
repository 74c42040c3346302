// What tickets do about other services' facts.
#include "services/ticket/app/follow_ups.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

const wire::Cause kBadScore{"services/feedback", "BAD_SCORE", ""};

}  // namespace

muara::Status Tickets::OpenSurveyIn(sql::Tx& tx, const TicketId& id, const OpenSurvey& survey,
                                    const std::string& request) {
  const Time now = clock_.Now();
  const auto tell = [&](const Ticket& asked) {
    return wire::SurveyOpened(asked, request, {"services/feedback", "SURVEY_REQUESTED", ""});
  };
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
  // A ticket that was closed meanwhile changes no more; its contact is asked all the same.
  if (ticket.status == Status::kClosed) return journal_.Note(tx, tell(ticket), now);
  // Reopened meanwhile, or merged: then a number is just a message again.
  if (ticket.status != Status::kResolved) return Ok();
  ticket.survey = survey;
  ticket.update_time = now;
  return journal_.Save(tx, {ticket}, tell, now);
}

muara::Status Tickets::AlertIn(sql::Tx& tx, const TicketId& id, const std::string& survey_id) {
  const Time now = clock_.Now();
  const auto is_over = [](const Ticket& one) { return IsOver(one.status); };
  ASSIGN_OR_RETURN(Ticket ticket, LoadLatest(tx, id, is_over));
  if (is_over(ticket)) return FollowUpIn(tx, ticket, survey_id, now);
  if (IsRemoved(ticket.status)) return Ok();  // put away since: nobody is to look at it
  const bool reopens = ticket.status == Status::kResolved || IsWaiting(ticket.status);
  RETURN_IF_ERROR(ticket.Alert(now));
  return journal_.Save(
      tx, {ticket},
      [&](const Ticket& changed) {
        return reopens ? wire::TicketReopened(changed, kBadScore)
                       : wire::TicketChanged(changed, {"priority", "flagged"}, kBadScore);
      },
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
  ticket.account_id = closed.account_id;
  ticket.follow_up_of = closed.id;
  ticket.create_time = now;
  ticket.Record(now);
  // What it goes on from: the contact's last message, so that a reply finds its way.
  Interaction interaction = last.value_or(Interaction{});
  interaction.copied_from = interaction.id;
  interaction.id = InteractionId::New();
  interaction.ticket_id = ticket.id;
  interaction.sequence = ticket.interaction_count;
  interaction.survey_id = survey_id;
  interaction.create_time = now;
  return journal_.Open(
      tx, {ticket, &interaction},
      [&](const Ticket& opened) { return wire::TicketOpened(opened, interaction, kBadScore); },
      now);
}

muara::Status Tickets::DeliveryIn(sql::Tx& tx, const InteractionId& id, DeliveryStatus status,
                                  const std::string& provider_message_id) {
  ASSIGN_OR_RETURN(const Interaction before, store::LoadInteraction(tx, id));
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, before.ticket_id));
  RETURN_IF_ERROR(store::SetDeliveryStatus(tx, id, status));
  RETURN_IF_ERROR(store::InsertMessageRef(tx, provider_message_id, ticket.id, id));
  Interaction interaction = before;
  interaction.delivery_status = status;
  return journal_.Note(tx, wire::DeliveryStatusChanged(ticket, interaction), clock_.Now());
}

}  // namespace muara::ticket
