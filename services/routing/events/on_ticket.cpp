#include "libs/calendar_wire/calendar.h"
#include "libs/rpc/timestamp.h"
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

bool Waits(muara::ticket::v1::TicketStatus status) {
  return status == muara::ticket::v1::TICKET_STATUS_PENDING ||
         status == muara::ticket::v1::TICKET_STATUS_ON_HOLD ||
         status == muara::ticket::v1::TICKET_STATUS_SNOOZED;
}

Time DueTimeOf(const muara::ticket::v1::Ticket& ticket) {
  return ticket.has_next_due_time() ? rpc::FromTimestamp(ticket.next_due_time()) : Time();
}

TicketView ViewOf(const muara::ticket::v1::Ticket& ticket) {
  return {ticket.id(),
          ticket.reference(),
          ticket.subject(),
          ticket.queue_id(),
          static_cast<Channel>(ticket.channel()),
          PriorityPoints(ticket.priority()),
          ticket.assignee_agent_id(),
          Waits(ticket.status()),
          DueTimeOf(ticket)};
}

Error Unreadable(const bus::Envelope& envelope) {
  return MakeError(Code::kInvalidArgument, "BAD_FACT", "cannot read a " + envelope.type);
}

// A fact of which nothing matters but the ticket.
template <class Fact>
void On(bus::Consumer& consumer, Work& work, Status (Work::*react)(sql::Tx&, const TicketView&)) {
  consumer.On(Fact::descriptor()->full_name(),
              [&work, react](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                Fact fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                return (work.*react)(tx, ViewOf(fact.ticket()));
              });
}

Status OnTransferred(Work& work, sql::Tx& tx, const bus::Envelope& envelope) {
  muara::ticket::v1::TicketTransferred fact;
  if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
  Handover to{fact.from_agent_id(), fact.to_agent_id(), {}};
  for (const auto& skill : fact.skills()) {
    to.requirements.push_back({skill.name(), skill.level(), {}});
  }
  // Told before it was said: where nobody and nothing else was named, a queue was.
  const bool names_queue = to.to_agent_id.empty() && to.requirements.empty();
  to.to_queue_id = names_queue ? fact.ticket().queue_id() : fact.to_queue_id();
  return work.TransferredIn(tx, ViewOf(fact.ticket()), to);
}

}  // namespace

void OnTicketFacts(bus::Consumer& consumer, Work& work) {
  using namespace muara::ticket::v1;  // NOLINT: the facts of this one topic
  consumer.On(MessageReceived::descriptor()->full_name(),
              [&work](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                MessageReceived fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                const TicketView ticket = ViewOf(fact.ticket());
                return fact.reopened() ? work.ReopenedIn(tx, ticket) : work.WrittenIn(tx, ticket);
              });
  On<TicketOpened>(consumer, work, &Work::OpenedIn);
  On<TicketReopened>(consumer, work, &Work::ReopenedIn);
  On<TicketAssigned>(consumer, work, &Work::AssignedIn);
  consumer.On(TicketUnassigned::descriptor()->full_name(),
              [&work](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                TicketUnassigned fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                const TicketView ticket = ViewOf(fact.ticket());
                return fact.cause().reason() == kAgentLost
                           ? work.ReturnedIn(tx, ticket, fact.from_agent_id())
                           : work.EscalatedIn(tx, ticket);
              });
  consumer.On(TicketTransferred::descriptor()->full_name(),
              [&work](sql::Tx& tx, const bus::Envelope& envelope) {
                return OnTransferred(work, tx, envelope);
              });
  On<TicketPended>(consumer, work, &Work::ParkedIn);
  On<TicketHeld>(consumer, work, &Work::ParkedIn);
  On<TicketSnoozed>(consumer, work, &Work::ParkedIn);
  On<TicketResolved>(consumer, work, &Work::EndedIn);
  On<TicketClosed>(consumer, work, &Work::EndedIn);
  On<TicketEscalated>(consumer, work, &Work::EscalatedIn);
  On<TicketMarkedSpam>(consumer, work, &Work::EndedIn);
  On<TicketDeleted>(consumer, work, &Work::EndedIn);
  On<TicketMerged>(consumer, work, &Work::EndedIn);
  On<TicketUnmerged>(consumer, work, &Work::RestoredIn);
  On<TicketRestored>(consumer, work, &Work::RestoredIn);
  On<TicketChanged>(consumer, work, &Work::ChangedIn);
  // Whatever is told of a ticket may be the first to say when it is due now.
  On<ReplyWritten>(consumer, work, &Work::ChangedIn);
  On<NoteAdded>(consumer, work, &Work::ChangedIn);
  On<TicketSplit>(consumer, work, &Work::ChangedIn);
  On<InteractionCopied>(consumer, work, &Work::ChangedIn);
  On<TicketLinked>(consumer, work, &Work::ChangedIn);
  On<TicketUnlinked>(consumer, work, &Work::ChangedIn);
  On<SurveyOpened>(consumer, work, &Work::ChangedIn);
  On<WebhookRequested>(consumer, work, &Work::ChangedIn);
  consumer.On(ContactErased::descriptor()->full_name(),
              [&work](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                ContactErased fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                for (const std::string& id : fact.ticket_ids()) {
                  RETURN_IF_ERROR(work.EraseIn(tx, id));
                }
                return Ok();
              });
}

void OnCalendarFacts(bus::Consumer& consumer, Calendars& calendars) {
  using namespace muara::ticket::v1;  // NOLINT: the facts of this one topic
  consumer.On(BusinessCalendarChanged::descriptor()->full_name(),
              [&calendars](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                BusinessCalendarChanged fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                std::vector<Violation> problems;
                Calendar calendar = calendar_wire::FromProto(fact.calendar(), problems);
                if (!problems.empty()) return Unreadable(envelope);
                return calendars.ChangedIn(tx, std::move(calendar));
              });
  consumer.On(BusinessCalendarDeleted::descriptor()->full_name(),
              [&calendars](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
                BusinessCalendarDeleted fact;
                if (!fact.ParseFromString(envelope.data)) return Unreadable(envelope);
                return calendars.DeletedIn(tx, fact.calendar().id());
              });
}

}  // namespace muara::routing
