#include "muara/feedback/v1/facts.pb.h"
#include "services/ticket/events/react.h"

namespace muara::ticket::events {

void OnSurveyAnswered(bus::Consumer& feedback, Tickets& tickets) {
  feedback.On("muara.feedback.v1.SurveyAnswered",
              [&tickets](sql::Tx& tx, const bus::Envelope& envelope) -> muara::Status {
                feedback::v1::SurveyAnswered fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                if (!fact.bad()) return Ok();
                return tickets.AlertIn(tx, TicketId{fact.survey().ticket_id()}, fact.survey().id());
              });
}

}  // namespace muara::ticket::events
