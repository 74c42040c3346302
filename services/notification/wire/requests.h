// What a connector will be asked, made of facts and kept with the delivery.
#pragma once

#include "muara/connector/v1/connector.pb.h"
#include "muara/ticket/v1/ticket.pb.h"
#include "services/notification/domain/delivery.h"

namespace muara::notification::wire {

// Goes where the message came from, as an answer to it: everything but the content. A reply already
// names what it answers; an inbound message is itself what is answered.
connector::v1::DeliverRequest Answering(const ticket::v1::Ticket& ticket,
                                        const ticket::v1::Interaction& message);

Delivery ToDelivery(connector::v1::DeliverRequest request, connector::v1::Channel channel,
                    connector::v1::Purpose purpose, const std::string& id);

}  // namespace muara::notification::wire
