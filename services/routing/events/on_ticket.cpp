#include "muara/ticket/v1/facts.pb.h"
#include "services/routing/events/react.h"

namespace muara::routing {
namespace {

using muara::ticket::v1::Priority;

int PriorityPoints(Priority priority) {
  switch (priority) {
    case muara::ticket::v1::PRIORITY_HIGH:
      return 30;
    case muara::ticket::v1::PRIORITY_URGENT:
      return 60;
    case muara::ticket::v1::PRIORITY_NORMAL:
      return 10;
    default:  // LOW, and what newer senders may add
      return 0;
  }
}

TicketView ViewOf(const muara::ticket::v1::Ticket& ticket) {
  return {ticket.id(),
          ticket.reference(),
          ticket.subject(),
          ticket.queue_id(),
          static_cast<Channel>(ticket.channel()),
          PriorityPoints(ticket.priority()),
          ticket.assignee_agent_id()};
}

template <class Fact>
void On(bus::Consumer& consumer, Work& work,
        Status (*react)(Work&, sql::Tx&, const Fact&, const TicketView&)) {
  consumer.On(Fact::descriptor()->full_name(),
              [&work, react](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                Fact fact;
                if (!fact.ParseFromString(envelope.data)) {
                  return MakeError(Code::kInvalidArgument, "BAD_FACT",
                                   "cannot read a " + envelope.type);
                }
                return react(work, tx, fact, ViewOf(fact.ticket()));
              });
}

}  // namespace

void OnTicketFacts(bus::Consumer& consumer, Work& work) {
  using namespace muara::ticket::v1;  // NOLINT: the facts of this one topic
  On<TicketOpened>(consumer, work, [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
    return w.OpenedIn(tx, ticket);
  });
  On<MessageReceived>(consumer, work,
                      [](Work& w, sql::Tx& tx, const auto& fact, const TicketView& ticket) {
                        return fact.reopened() ? w.ReopenedIn(tx, ticket) : w.ChangedIn(tx, ticket);
                      });
  On<TicketReopened>(consumer, work,
                     [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
                       return w.ReopenedIn(tx, ticket);
                     });
  On<TicketAssigned>(consumer, work,
                     [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
                       return w.AssignedIn(tx, ticket);
                     });
  On<TicketPended>(consumer, work, [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
    return w.ParkedIn(tx, ticket);
  });
  On<TicketResolved>(consumer, work,
                     [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
                       return w.EndedIn(tx, ticket);
                     });
  On<TicketClosed>(consumer, work, [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
    return w.EndedIn(tx, ticket);
  });
  On<TicketChanged>(consumer, work,
                    [](Work& w, sql::Tx& tx, const auto&, const TicketView& ticket) {
                      return w.ChangedIn(tx, ticket);
                    });
}

}  // namespace muara::routing
