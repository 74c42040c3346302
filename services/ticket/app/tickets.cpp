#include "services/ticket/app/tickets.h"

#include "libs/bus/claim.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {

wire::Cause CauseOf(const Change& change, const char* reason) {
  return {change.actor, change.reason.empty() ? reason : change.reason, change.why, change.rules,
          change.root_event_id};
}

Result<Ticket> Tickets::Get(const TicketId& id) {
  return database_.Read([&](sql::Tx& tx) { return store::Load(tx, id); });
}

Result<std::vector<Interaction>> Tickets::ListInteractions(const TicketId& id, int after,
                                                           int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Interaction>> {
    RETURN_IF_ERROR(store::Load(tx, id));
    return store::ListInteractions(tx, id, after, limit);
  });
}

Result<Ticket> Tickets::Apply(const Change& change, const Move& move, const Tell& tell) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
    if (!first) return ticket;  // A retry: the work is done, only the answer was lost.
    RETURN_IF_ERROR(CheckVersion(ticket, change.expected_version));
    RETURN_IF_ERROR(move(tx, ticket, now));
    RETURN_IF_ERROR(
        journal_.Save(tx, {ticket}, [&](const Ticket& changed) { return tell(tx, changed); }, now));
    return ticket;
  });
}

Result<Ticket> Tickets::Assign(const Change& change, const std::string& agent_id,
                               const std::string& agent_name) {
  return Apply(
      change, [&](sql::Tx&, Ticket& t, Time now) { return t.Assign(agent_id, agent_name, now); },
      [&](sql::Tx&, const Ticket& t) -> Result<bus::Fact> {
        return wire::TicketAssigned(t, CauseOf(change, "ASSIGNED"));
      });
}

Result<Ticket> Tickets::Unassign(const Change& change, UnassignRights rights,
                                 const std::string& only_from) {
  std::string from_agent_id;
  return Apply(
      change,
      [&](sql::Tx&, Ticket& t, Time now) -> muara::Status {
        from_agent_id = t.assignee_id;
        RETURN_IF_ERROR(t.Unassign(now));
        if (!only_from.empty() && only_from != from_agent_id) {
          return MakeError(Code::kFailedPrecondition, "ASSIGNED_TO_ANOTHER",
                           "the ticket is another agent's");
        }
        if (rights == UnassignRights::kAny || change.actor == "agents/" + from_agent_id) {
          return Ok();
        }
        return MakeError(Code::kPermissionDenied, "NOT_YOURS",
                         "only its agent and supervisors may take the ticket from its agent");
      },
      [&](sql::Tx&, const Ticket& t) -> Result<bus::Fact> {
        return wire::TicketUnassigned(t, from_agent_id, CauseOf(change));
      });
}

void Tickets::Sign(Interaction& interaction, const Change& change, const Ticket& ticket, Time now) {
  interaction.ticket_id = ticket.id;
  interaction.sequence = ticket.interaction_count;
  // Nobody's words, where no person wrote them.
  const bool is_rule = change.actor.starts_with("rules/");
  interaction.author_id = is_rule ? "" : change.actor.substr(change.actor.find('/') + 1);
  interaction.author_name =
      !is_rule && interaction.author_id == ticket.assignee_id ? ticket.assignee_name : "";
  interaction.create_time = now;
  interaction.id = {NamedUuid(change.key.key)};
}

Result<Written> Tickets::Write(
    const Change& change, const std::function<Result<Interaction>(sql::Tx&, Ticket&, Time)>& write,
    const std::function<bus::Fact(const Ticket&, const Interaction&)>& tell) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Written> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
    // The interaction's id is made of the key, so that a retry finds what the first try wrote.
    if (!first) {
      ASSIGN_OR_RETURN(Interaction written,
                       store::LoadInteraction(tx, {NamedUuid(change.key.key)}));
      return Written{ticket, written};
    }
    RETURN_IF_ERROR(CheckVersion(ticket, change.expected_version));
    ASSIGN_OR_RETURN(Interaction interaction, write(tx, ticket, now));
    Sign(interaction, change, ticket, now);
    RETURN_IF_ERROR(journal_.Save(
        tx, {ticket, &interaction},
        [&](const Ticket& changed) { return tell(changed, interaction); }, now));
    return Written{ticket, interaction};
  });
}

Interaction Tickets::NewNote(const Ticket& ticket, const std::string& text) {
  Interaction note;
  note.kind = InteractionKind::kNote;
  note.direction = Direction::kInternal;
  note.channel = ticket.channel;
  note.content.text = text;
  return note;
}

Result<Written> Tickets::Note(const Change& change, const std::string& text) {
  return Write(
      change,
      [&](sql::Tx&, Ticket& ticket, Time now) -> Result<Interaction> {
        RETURN_IF_ERROR(ticket.Note(now));
        return NewNote(ticket, text);
      },
      [&](const Ticket& ticket, const Interaction& interaction) {
        return wire::NoteAdded(ticket, interaction, CauseOf(change));
      });
}

}  // namespace muara::ticket
