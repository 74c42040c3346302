#include "services/notification/wire/requests.h"

namespace muara::notification::wire {

connector::v1::DeliverRequest Answering(const ticket::v1::Ticket& ticket,
                                        const ticket::v1::Interaction& message) {
  connector::v1::DeliverRequest request;
  request.set_endpoint(message.endpoint());
  request.set_conversation(message.conversation());
  request.set_ticket_id(ticket.id());
  request.set_ticket_reference(ticket.reference());
  *request.mutable_recipients() = message.contact_points();
  const bool inbound = message.direction() == ticket::v1::DIRECTION_INBOUND;
  request.set_in_reply_to(inbound ? message.provider_message_id() : message.in_reply_to());
  *request.mutable_references() = message.references();
  return request;
}

Delivery ToDelivery(connector::v1::DeliverRequest request, connector::v1::Channel channel,
                    connector::v1::Purpose purpose, const std::string& id) {
  request.set_delivery_id(id);
  request.set_purpose(purpose);
  Delivery delivery;
  delivery.id = id;
  delivery.ticket_id = request.ticket_id();
  delivery.interaction_id = request.interaction_id();
  delivery.purpose = static_cast<Purpose>(purpose);
  delivery.channel = static_cast<Channel>(channel);
  delivery.endpoint = request.endpoint();
  delivery.conversation = request.conversation();
  delivery.request = request.SerializeAsString();
  return delivery;
}

}  // namespace muara::notification::wire
