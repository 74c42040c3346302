#include "libs/base/id.h"
#include "libs/language/language.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/domain/texts.h"
#include "services/notification/events/react.h"
#include "services/notification/wire/requests.h"

namespace muara::notification {
namespace {

// Machines are never answered: two of them could go on for ever.
bool Deserves(const ticket::v1::TicketOpened& fact) {
  const auto& message = fact.interaction();
  return message.channel() == connector::v1::CHANNEL_EMAIL &&
         message.direction() == ticket::v1::DIRECTION_INBOUND &&
         message.origin() == connector::v1::ORIGIN_HUMAN && message.contact_points_size() > 0 &&
         fact.cause().reason() != "BAD_SCORE" && fact.cause().reason() != "SPLIT";
}

}  // namespace

void OnTicketOpened(bus::Consumer& consumer, Deliveries& deliveries) {
  consumer.On(
      "muara.ticket.v1.TicketOpened",
      [&deliveries](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
        ticket::v1::TicketOpened fact;
        if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
        if (!Deserves(fact)) return Ok();
        const auto& message = fact.interaction();
        ASSIGN_OR_RETURN(const bool first,
                         deliveries.ClaimAutomaticIn(tx, message.contact_points(0).value()));
        if (!first) return Ok();
        const Text text = Acknowledgement(
            DetectLanguage(message.content().subject() + "\n" + message.content().text()),
            message.author_name(), fact.ticket().reference(), fact.ticket().subject());
        auto request = wire::Answering(fact.ticket(), message);
        request.mutable_content()->set_subject(text.subject);
        request.mutable_content()->set_text(text.body);
        return deliveries.QueueIn(
            tx, wire::ToDelivery(request, message.channel(), connector::v1::PURPOSE_ACKNOWLEDGEMENT,
                                 NamedUuid("acknowledgement/" + fact.ticket().id())));
      });
}

}  // namespace muara::notification
