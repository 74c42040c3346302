#include "services/ticket/wire/events.h"

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/wire/bulk.h"
#include "services/ticket/wire/recurring.h"
#include "services/ticket/wire/rules_proto.h"
#include "services/ticket/wire/settings.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket::wire {
namespace {

template <class Message>
bus::Fact ToFact(const Ticket& ticket, const Message& message) {
  return {ticket.id.value, Message::descriptor()->full_name(), message.SerializeAsString()};
}

v1::Cause CauseToProto(const Cause& cause) {
  v1::Cause out;
  out.set_actor(cause.actor);
  out.set_reason(cause.reason);
  out.set_note(cause.note);
  for (const std::string& rule : cause.rules) out.add_rules(rule);
  out.set_root_event_id(cause.root_event_id);
  return out;
}

std::string EntityName(FieldEntity entity) {
  switch (entity) {
    case FieldEntity::kTicket:
      return "tickets";
    case FieldEntity::kContact:
      return "contacts";
    case FieldEntity::kAccount:
      return "accounts";
  }
  return "";
}

template <class Message>
Message Told(const Ticket& ticket, const Cause& cause) {
  Message message;
  *message.mutable_ticket() = ToProto(ticket);
  *message.mutable_cause() = CauseToProto(cause);
  return message;
}

template <class Message>
Message Told(const Ticket& ticket, const Interaction& interaction, const Cause& cause) {
  auto message = Told<Message>(ticket, cause);
  *message.mutable_interaction() = ToProto(interaction);
  return message;
}

}  // namespace

bus::Fact TicketOpened(const Ticket& ticket, const Interaction& interaction, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketOpened>(ticket, interaction, cause));
}

bus::Fact MessageReceived(const Ticket& ticket, const Interaction& interaction, Reception reception,
                          const Cause& cause) {
  auto message = Told<v1::MessageReceived>(ticket, interaction, cause);
  message.set_reopened(reception == Reception::kReopened);
  return ToFact(ticket, message);
}

bus::Fact ReplyWritten(const Ticket& ticket, const Interaction& interaction, const Cause& cause) {
  return ToFact(ticket, Told<v1::ReplyWritten>(ticket, interaction, cause));
}

bus::Fact NoteAdded(const Ticket& ticket, const Interaction& interaction, const Cause& cause) {
  return ToFact(ticket, Told<v1::NoteAdded>(ticket, interaction, cause));
}

bus::Fact TicketAssigned(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketAssigned>(ticket, cause));
}

bus::Fact TicketUnassigned(const Ticket& ticket, const std::string& from_agent_id,
                           const Cause& cause) {
  auto message = Told<v1::TicketUnassigned>(ticket, cause);
  message.set_from_agent_id(from_agent_id);
  return ToFact(ticket, message);
}

bus::Fact WebhookRequested(const Ticket& ticket, const std::string& webhook_id,
                           const std::string& text, const Cause& cause) {
  auto message = Told<v1::WebhookRequested>(ticket, cause);
  message.set_webhook_id(webhook_id);
  message.set_text(text);
  return ToFact(ticket, message);
}

bus::Fact TicketPended(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketPended>(ticket, cause));
}

bus::Fact TicketHeld(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketHeld>(ticket, cause));
}

bus::Fact TicketSnoozed(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketSnoozed>(ticket, cause));
}

bus::Fact TicketMarkedSpam(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketMarkedSpam>(ticket, cause));
}

bus::Fact TicketDeleted(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketDeleted>(ticket, cause));
}

bus::Fact TicketRestored(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketRestored>(ticket, cause));
}

bus::Fact TicketResolved(const Ticket& ticket, const std::optional<Interaction>& last_inbound,
                         const Cause& cause) {
  auto message = Told<v1::TicketResolved>(ticket, cause);
  if (last_inbound) {
    *message.mutable_last_inbound() = ToProto(*last_inbound);
    // Where it came from matters here, not what it said.
    message.mutable_last_inbound()->mutable_content()->clear_html();
    message.mutable_last_inbound()->mutable_content()->clear_attachments();
  }
  return ToFact(ticket, message);
}

bus::Fact TicketReopened(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketReopened>(ticket, cause));
}

bus::Fact TicketClosed(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketClosed>(ticket, cause));
}

bus::Fact TicketChanged(const Ticket& ticket, const std::vector<std::string>& fields,
                        const Cause& cause) {
  auto message = Told<v1::TicketChanged>(ticket, cause);
  for (const std::string& field : fields) message.add_fields(field);
  return ToFact(ticket, message);
}

bus::Fact TicketEscalated(const Ticket& ticket, const std::string& from_queue_id,
                          const std::string& from_agent_id, const Cause& cause) {
  auto message = Told<v1::TicketEscalated>(ticket, cause);
  message.set_from_queue_id(from_queue_id);
  message.set_from_agent_id(from_agent_id);
  return ToFact(ticket, message);
}

bus::Fact TicketTransferred(const Ticket& ticket, const TransferTarget& to,
                            const std::string& from_agent_id, const std::string& from_queue_id,
                            const Cause& cause) {
  auto message = Told<v1::TicketTransferred>(ticket, cause);
  message.set_from_agent_id(from_agent_id);
  message.set_from_queue_id(from_queue_id);
  message.set_to_agent_id(to.agent_id);
  message.set_to_queue_id(to.queue_id);
  for (const TransferSkill& skill : to.skills) {
    auto* one = message.add_skills();
    one->set_name(skill.name);
    one->set_level(skill.level);
  }
  return ToFact(ticket, message);
}

bus::Fact TicketMerged(const Ticket& ticket, const Cause& cause) {
  return ToFact(ticket, Told<v1::TicketMerged>(ticket, cause));
}

bus::Fact TicketUnmerged(const Ticket& ticket, const TicketId& from, const Cause& cause) {
  auto message = Told<v1::TicketUnmerged>(ticket, cause);
  message.set_from_ticket_id(from.value);
  return ToFact(ticket, message);
}

bus::Fact TicketSplit(const Ticket& ticket, const TicketId& into,
                      const std::vector<InteractionId>& interactions, const Cause& cause) {
  auto message = Told<v1::TicketSplit>(ticket, cause);
  message.set_into_ticket_id(into.value);
  for (const InteractionId& id : interactions) message.add_interaction_ids(id.value);
  return ToFact(ticket, message);
}

bus::Fact InteractionCopied(const Ticket& ticket, const Interaction& copy, const Cause& cause) {
  return ToFact(ticket, Told<v1::InteractionCopied>(ticket, copy, cause));
}

bus::Fact TicketLinked(const Ticket& ticket, const Link& link, const Cause& cause) {
  auto message = Told<v1::TicketLinked>(ticket, cause);
  *message.mutable_link() = ToProto(link);
  return ToFact(ticket, message);
}

bus::Fact TicketUnlinked(const Ticket& ticket, const Link& link, const Cause& cause) {
  auto message = Told<v1::TicketUnlinked>(ticket, cause);
  *message.mutable_link() = ToProto(link);
  return ToFact(ticket, message);
}

bus::Fact QueuePolicyChanged(const QueuePolicy& policy, const Cause& cause) {
  v1::QueuePolicyChanged message;
  *message.mutable_queue_policy() = ToProto(policy);
  *message.mutable_cause() = CauseToProto(cause);
  return {"queue-policies/" + policy.queue_id, message.GetDescriptor()->full_name(),
          message.SerializeAsString()};
}

bus::Fact StatusNameChanged(const NamedStatus& name, const Cause& cause) {
  v1::StatusNameChanged message;
  *message.mutable_status_name() = ToProto(name);
  *message.mutable_cause() = CauseToProto(cause);
  return {"status-names/" + name.id, message.GetDescriptor()->full_name(),
          message.SerializeAsString()};
}

bus::Fact CustomFieldChanged(const CustomField& field, const Cause& cause) {
  v1::CustomFieldChanged message;
  *message.mutable_custom_field() = ToProto(field);
  *message.mutable_cause() = CauseToProto(cause);
  return {"custom-fields/" + EntityName(field.entity) + "/" + field.key,
          message.GetDescriptor()->full_name(), message.SerializeAsString()};
}

bus::Fact RuleChanged(const Rule& rule, const Cause& cause) {
  v1::RuleChanged message;
  *message.mutable_rule() = ToProto(rule);
  *message.mutable_cause() = CauseToProto(cause);
  return {"rules/" + rule.id, message.GetDescriptor()->full_name(), message.SerializeAsString()};
}

bus::Fact RuleDeleted(const Rule& rule, const Cause& cause) {
  v1::RuleDeleted message;
  *message.mutable_rule() = ToProto(rule);
  *message.mutable_cause() = CauseToProto(cause);
  return {"rules/" + rule.id, message.GetDescriptor()->full_name(), message.SerializeAsString()};
}

bus::Fact BulkEditChanged(const BulkEdit& edit, const Cause& cause) {
  v1::BulkEditChanged message;
  *message.mutable_bulk_edit() = ToProto(edit);
  *message.mutable_cause() = CauseToProto(cause);
  return {"bulk-edits/" + edit.id, message.GetDescriptor()->full_name(),
          message.SerializeAsString()};
}

namespace {

template <class Message>
bus::Fact OfRecurring(const RecurringTicket& one, const Cause& cause) {
  Message message;
  *message.mutable_recurring_ticket() = ToProto(one);
  *message.mutable_cause() = CauseToProto(cause);
  return {"recurring-tickets/" + one.id, message.GetDescriptor()->full_name(),
          message.SerializeAsString()};
}

}  // namespace

bus::Fact RecurringTicketChanged(const RecurringTicket& one, const Cause& cause) {
  return OfRecurring<v1::RecurringTicketChanged>(one, cause);
}

bus::Fact RecurringTicketDeleted(const RecurringTicket& one, const Cause& cause) {
  return OfRecurring<v1::RecurringTicketDeleted>(one, cause);
}

bus::Fact SurveyOpened(const Ticket& ticket, const std::string& request, const Cause& cause) {
  auto message = Told<v1::SurveyOpened>(ticket, cause);
  // Its bytes were parsed by whoever handed them on.
  CHECK(message.mutable_request()->ParseFromString(request));
  return ToFact(ticket, message);
}

bus::Fact DeliveryStatusChanged(const Ticket& ticket, const Interaction& interaction) {
  v1::DeliveryStatusChanged message;
  *message.mutable_ticket() = ToProto(ticket);
  *message.mutable_interaction() = ToProto(interaction);
  return ToFact(ticket, message);
}

}  // namespace muara::ticket::wire
