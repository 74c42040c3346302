#include "libs/language/language.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/feedback/events/react.h"

namespace muara::feedback {
namespace {

using muara::ticket::v1::Interaction;
using muara::ticket::v1::Ticket;

// Channels that an invitation can go out by.
bool CanBeAsked(const Interaction& last) {
  return last.contact_points_size() > 0 && (last.channel() == connector::v1::CHANNEL_EMAIL ||
                                            last.channel() == connector::v1::CHANNEL_CHAT);
}

Survey SurveyOf(const Ticket& ticket, const Interaction& last) {
  Survey survey;
  survey.ticket_id = ticket.id();
  survey.ticket_reference = ticket.reference();
  survey.contact_id = ticket.contact_id();
  survey.agent_id = ticket.assignee_agent_id();
  survey.queue_id = ticket.queue_id();
  survey.channel = static_cast<Channel>(last.channel());
  survey.language = LanguageCode(DetectLanguage(ticket.subject() + "\n" + last.content().text()));
  return survey;
}

wire::Invitation InvitationOf(const Ticket& ticket, const Interaction& last) {
  wire::Invitation invitation;
  invitation.endpoint = last.endpoint();
  invitation.conversation = last.conversation();
  for (const auto& point : last.contact_points()) {
    invitation.recipients.push_back({point.kind(), point.value(), point.display_name()});
  }
  invitation.subject = ticket.subject();
  invitation.in_reply_to = last.provider_message_id();
  invitation.references.assign(last.references().begin(), last.references().end());
  return invitation;
}

}  // namespace

void OnTicketResolved(bus::Consumer& consumer, Surveys& surveys) {
  consumer.On("muara.ticket.v1.TicketResolved",
              [&surveys](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                ticket::v1::TicketResolved fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                if (!CanBeAsked(fact.last_inbound())) return Ok();
                return surveys.RequestIn(tx, SurveyOf(fact.ticket(), fact.last_inbound()),
                                         InvitationOf(fact.ticket(), fact.last_inbound()));
              });
}

void OnMessageReceived(bus::Consumer& consumer, Surveys& surveys) {
  consumer.On("muara.ticket.v1.MessageReceived",
              [&surveys](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                ticket::v1::MessageReceived fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                const Interaction& message = fact.interaction();
                if (message.kind() == ticket::v1::INTERACTION_KIND_SURVEY_ANSWER) {
                  return surveys.AnswerIn(tx, message.survey_id(), message.survey_score());
                }
                return fact.reopened() ? surveys.EndIn(tx, fact.ticket().id()) : Ok();
              });
}

void OnTicketReopened(bus::Consumer& consumer, Surveys& surveys) {
  consumer.On("muara.ticket.v1.TicketReopened",
              [&surveys](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                ticket::v1::TicketReopened fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                // Reopened by the score itself: the contact may still change their mind.
                if (fact.cause().reason() == "BAD_SCORE") return Ok();
                return surveys.EndIn(tx, fact.ticket().id());
              });
}

namespace {

template <class Fact>
void EndOn(bus::Consumer& consumer, Surveys& surveys) {
  consumer.On(Fact::descriptor()->full_name(),
              [&surveys](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                Fact fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                return surveys.EndIn(tx, fact.ticket().id());
              });
}

}  // namespace

void OnTicketPutAway(bus::Consumer& consumer, Surveys& surveys) {
  EndOn<ticket::v1::TicketMarkedSpam>(consumer, surveys);
  EndOn<ticket::v1::TicketMerged>(consumer, surveys);
  EndOn<ticket::v1::TicketDeleted>(consumer, surveys);
}

void OnContactErased(bus::Consumer& consumer, Surveys& surveys) {
  consumer.On("muara.ticket.v1.ContactErased",
              [&surveys](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                ticket::v1::ContactErased fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                for (const std::string& id : fact.ticket_ids()) {
                  RETURN_IF_ERROR(surveys.EraseOfTicketIn(tx, id));
                }
                return Ok();
              });
}

}  // namespace muara::feedback
