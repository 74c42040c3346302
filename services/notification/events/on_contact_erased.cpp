#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/events/react.h"

namespace muara::notification {

void OnContactErased(bus::Consumer& ticket, Deliveries& deliveries, WebhookDeliveries& webhooks) {
  ticket.On("muara.ticket.v1.ContactErased",
            [&deliveries, &webhooks](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
              ticket::v1::ContactErased fact;
              if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
              for (const std::string& id : fact.ticket_ids()) {
                RETURN_IF_ERROR(deliveries.EraseOfTicketIn(tx, id));
                RETURN_IF_ERROR(webhooks.EraseOfTicketIn(tx, id));
              }
              return Ok();
            });
}

}  // namespace muara::notification
