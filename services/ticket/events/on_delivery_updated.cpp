#include "muara/notification/v1/facts.pb.h"
#include "services/ticket/events/react.h"

namespace muara::ticket::events {

void OnDeliveryUpdated(bus::Consumer& notification, Tickets& tickets) {
  notification.On("muara.notification.v1.DeliveryUpdated",
                  [&tickets](sql::Tx& tx, const bus::Envelope& envelope) -> muara::Status {
                    notification::v1::DeliveryUpdated fact;
                    if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                    const auto& delivery = fact.delivery();
                    // Acknowledgements and surveys are nobody's interaction.
                    if (delivery.interaction_id().empty()) return Ok();
                    return tickets.DeliveryIn(tx, InteractionId{delivery.interaction_id()},
                                              static_cast<DeliveryStatus>(delivery.status()),
                                              delivery.provider_message_id());
                  });
}

}  // namespace muara::ticket::events
