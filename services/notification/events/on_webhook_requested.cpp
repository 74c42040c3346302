#include "services/notification/events/react.h"
#include "services/notification/wire/webhooks.h"

namespace muara::notification {

void OnWebhookRequested(bus::Consumer& ticket, WebhookDeliveries& webhooks) {
  ticket.On("muara.ticket.v1.WebhookRequested",
            [&webhooks](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
              auto delivery = wire::WebhookDeliveryOf(envelope);
              if (!delivery) return Unreadable(envelope);
              return webhooks.QueueIn(tx, std::move(*delivery));
            });
}

}  // namespace muara::notification
