#include "libs/base/id.h"
#include "libs/language/language.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/domain/texts.h"
#include "services/notification/events/react.h"
#include "services/notification/wire/requests.h"

namespace muara::notification {
namespace {

AnswerBy AnswerByOf(const ticket::v1::SurveyOpened& fact) {
  // Its ticket was closed before: a number would count for nothing.
  if (fact.ticket().open_survey_id() != fact.request().survey().id()) return AnswerBy::kLink;
  // A chat shows the choices with the link.
  const bool chat = fact.request().survey().channel() == connector::v1::CHANNEL_CHAT;
  return chat ? AnswerBy::kNumber : AnswerBy::kLinkOrNumber;
}

connector::v1::DeliverRequest RequestOf(const feedback::v1::SurveyRequested& fact,
                                        AnswerBy answer_by) {
  const Text text = SurveyInvitation(LanguageFromCode(fact.language()), fact.ticket_reference(),
                                     fact.minimum(), fact.maximum(), fact.url(), answer_by);
  connector::v1::DeliverRequest request;
  request.set_endpoint(fact.endpoint());
  request.set_conversation(fact.conversation());
  request.set_ticket_id(fact.survey().ticket_id());
  request.set_ticket_reference(fact.ticket_reference());
  *request.mutable_recipients() = fact.recipients();
  request.mutable_content()->set_subject(text.subject);
  request.mutable_content()->set_text(text.body);
  request.set_in_reply_to(fact.in_reply_to());
  *request.mutable_references() = fact.references();
  auto* choices = request.mutable_choices();
  choices->set_token(fact.token());
  choices->set_minimum(fact.minimum());
  choices->set_maximum(fact.maximum());
  choices->set_url(fact.url());
  return request;
}

}  // namespace

void OnSurveyOpened(bus::Consumer& consumer, Deliveries& deliveries) {
  consumer.On(
      "muara.ticket.v1.SurveyOpened",
      [&deliveries](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
        ticket::v1::SurveyOpened fact;
        if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
        // Its contact was erased before it could go out.
        if (fact.request().recipients().empty()) return Ok();
        return deliveries.QueueIn(
            tx, wire::ToDelivery(RequestOf(fact.request(), AnswerByOf(fact)),
                                 fact.request().survey().channel(), connector::v1::PURPOSE_SURVEY,
                                 NamedUuid("survey/" + fact.request().survey().id())));
      });
}

}  // namespace muara::notification
