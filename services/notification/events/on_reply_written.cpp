#include "libs/base/id.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/events/react.h"
#include "services/notification/wire/requests.h"

namespace muara::notification {

void OnReplyWritten(bus::Consumer& ticket, Deliveries& deliveries) {
  ticket.On("muara.ticket.v1.ReplyWritten",
            [&deliveries](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
              ticket::v1::ReplyWritten fact;
              if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
              const auto& reply = fact.interaction();
              // Its contact was erased before it could go out.
              if (reply.contact_points().empty()) return Ok();
              auto request = wire::Answering(fact.ticket(), reply);
              *request.mutable_content() = reply.content();
              request.set_author_name(reply.author_name());
              request.set_interaction_id(reply.id());
              // What was written by itself goes out marked so, and no machine answers it.
              const auto purpose = reply.origin() == connector::v1::ORIGIN_AUTO_REPLY
                                       ? connector::v1::PURPOSE_ACKNOWLEDGEMENT
                                       : connector::v1::PURPOSE_REPLY;
              return deliveries.QueueIn(tx, wire::ToDelivery(request, reply.channel(), purpose,
                                                             NamedUuid("reply/" + reply.id())));
            });
}

}  // namespace muara::notification
