// What this service tells, as facts: each carries the ticket after the change.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/envelope.h"
#include "libs/bus/event_log.h"
#include "services/ticket/domain/bulk/bulk_edit.h"
#include "services/ticket/domain/contacts/account.h"
#include "services/ticket/domain/contacts/contact_note.h"
#include "services/ticket/domain/interaction.h"
#include "services/ticket/domain/links/link.h"
#include "services/ticket/domain/recurring/recurring_ticket.h"
#include "services/ticket/domain/rules/rule.h"
#include "services/ticket/domain/settings/status_name.h"
#include "services/ticket/domain/sla/clock.h"
#include "services/ticket/domain/viewers/board.h"

namespace muara::ticket::wire {

// Who did it and why.
struct Cause {
  std::string actor;   // "agents/<id>", "contacts/<id>", "services/<name>", "rules/<id>"
  std::string reason;  // stable, UPPER_SNAKE
  std::string note;
  std::vector<std::string> rules = {};  // that led to it, the first one first
  std::string root_event_id = "";       // which set off the first of them
};

bus::Fact TicketOpened(const Ticket& ticket, const Interaction& interaction, const Cause& cause);
// `reopened` tells that the message brought the ticket back to work.
bus::Fact MessageReceived(const Ticket& ticket, const Interaction& interaction, Reception reception,
                          const Cause& cause);
bus::Fact ReplyWritten(const Ticket& ticket, const Interaction& interaction, const Cause& cause);
bus::Fact NoteAdded(const Ticket& ticket, const Interaction& interaction, const Cause& cause);
bus::Fact TicketAssigned(const Ticket& ticket, const Cause& cause);
bus::Fact TicketUnassigned(const Ticket& ticket, const std::string& from_agent_id,
                           const Cause& cause);
// Changes nothing on the ticket.
bus::Fact WebhookRequested(const Ticket& ticket, const std::string& webhook_id,
                           const std::string& text, const Cause& cause);
bus::Fact TicketPended(const Ticket& ticket, const Cause& cause);
bus::Fact TicketHeld(const Ticket& ticket, const Cause& cause);
bus::Fact TicketSnoozed(const Ticket& ticket, const Cause& cause);
bus::Fact TicketMarkedSpam(const Ticket& ticket, const Cause& cause);
bus::Fact TicketDeleted(const Ticket& ticket, const Cause& cause);
bus::Fact TicketRestored(const Ticket& ticket, const Cause& cause);
bus::Fact TicketResolved(const Ticket& ticket, const std::optional<Interaction>& last_inbound,
                         const Cause& cause);
bus::Fact TicketReopened(const Ticket& ticket, const Cause& cause);
bus::Fact TicketClosed(const Ticket& ticket, const Cause& cause);
bus::Fact TicketChanged(const Ticket& ticket, const std::vector<std::string>& fields,
                        const Cause& cause);
bus::Fact TicketEscalated(const Ticket& ticket, const std::string& from_queue_id,
                          const std::string& from_agent_id, const Cause& cause);
bus::Fact TicketTransferred(const Ticket& ticket, const TransferTarget& to,
                            const std::string& from_agent_id, const std::string& from_queue_id,
                            const Cause& cause);
bus::Fact TicketMerged(const Ticket& ticket, const Cause& cause);
bus::Fact TicketUnmerged(const Ticket& ticket, const TicketId& from, const Cause& cause);
bus::Fact TicketSplit(const Ticket& ticket, const TicketId& into,
                      const std::vector<InteractionId>& interactions, const Cause& cause);
bus::Fact InteractionCopied(const Ticket& ticket, const Interaction& copy, const Cause& cause);
// Told on both tickets.
bus::Fact TicketLinked(const Ticket& ticket, const Link& link, const Cause& cause);
bus::Fact TicketUnlinked(const Ticket& ticket, const Link& link, const Cause& cause);
// Key: "queue-policies/<id>", "status-names/<id>", "custom-fields/<entity>/<key>".
bus::Fact QueuePolicyChanged(const QueuePolicy& policy, const Cause& cause);
bus::Fact StatusNameChanged(const NamedStatus& name, const Cause& cause);
bus::Fact CustomFieldChanged(const CustomField& field, const Cause& cause);
// Key: "bulk-edits/<id>".
bus::Fact BulkEditChanged(const BulkEdit& edit, const Cause& cause);
// Key: "recurring-tickets/<id>".
bus::Fact RecurringTicketChanged(const RecurringTicket& one, const Cause& cause);
bus::Fact RecurringTicketDeleted(const RecurringTicket& one, const Cause& cause);
// `request` is the bytes of feedback's SurveyRequested.
bus::Fact SurveyOpened(const Ticket& ticket, const std::string& request, const Cause& cause);
// Keys: "contacts/<id>" and "contact-accounts/<id>".
bus::Fact ContactChanged(const Contact& contact, const std::vector<std::string>& fields,
                         const Cause& cause);
bus::Fact ContactMerged(const Contact& contact, const Cause& cause);
bus::Fact ContactUnmerged(const Contact& contact, const ContactId& from, const Cause& cause);
bus::Fact ContactErased(const ContactId& contact, const std::vector<ContactId>& merged,
                        const std::vector<TicketId>& tickets, const std::string& actor);
bus::Fact ContactNoteAdded(const ContactNote& note, const Cause& cause);
bus::Fact ContactNoteDeleted(const ContactNote& note, const Cause& cause);
bus::Fact AccountChanged(const Account& account, const std::vector<std::string>& fields,
                         const Cause& cause);
bus::Fact AccountDeleted(const Account& account, const Cause& cause);
// Keys: "rules/<id>".
bus::Fact RuleChanged(const Rule& rule, const Cause& cause);
bus::Fact RuleDeleted(const Rule& rule, const Cause& cause);
bus::Fact DeliveryStatusChanged(const Ticket& ticket, const Interaction& interaction);
bus::Fact SlaWarned(const Ticket& ticket, const SlaClock& clock);
bus::Fact SlaBreached(const Ticket& ticket, const SlaClock& clock);
// Keys: "slaPolicies/<id>" and "businessCalendars/<id>".
bus::Fact SlaPolicyChanged(const SlaPolicy& policy, const Cause& cause);
bus::Fact SlaPolicyDeleted(const SlaPolicy& policy, const Cause& cause);
bus::Fact BusinessCalendarChanged(const Calendar& calendar, const Cause& cause);
bus::Fact BusinessCalendarDeleted(const Calendar& calendar, const Cause& cause);

// Who looks at a ticket: told live alone, and no fact.
bus::Envelope TicketViewed(const TicketId& ticket, const Viewer& viewer, Time now);

}  // namespace muara::ticket::wire
