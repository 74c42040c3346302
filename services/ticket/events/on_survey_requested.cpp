#include "muara/feedback/v1/facts.pb.h"
#include "services/ticket/events/react.h"

namespace muara::ticket::events {

void OnSurveyRequested(bus::Consumer& feedback, Tickets& tickets) {
  feedback.On("muara.feedback.v1.SurveyRequested",
              [&tickets](sql::Tx& tx, const bus::Envelope& envelope) -> muara::Status {
                feedback::v1::SurveyRequested fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                return tickets.OpenSurveyIn(tx, TicketId{fact.survey().ticket_id()},
                                            {fact.survey().id(), fact.minimum(), fact.maximum()},
                                            envelope.data);
              });
}

}  // namespace muara::ticket::events
