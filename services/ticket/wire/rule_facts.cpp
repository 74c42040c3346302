// Facts as rules see them. What they have in common is read by the names of their fields, so that a
// new fact of a ticket can set off rules as soon as it is told.
#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>

#include "libs/rpc/timestamp.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/wire/rules.h"
#include "services/ticket/wire/settings.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kPackage = "muara.ticket.v1.";

// What is told beside tickets, or not by what happens on them.
const google::protobuf::FileDescriptor& File() { return *v1::Cause::descriptor()->file(); }

const Message* Part(const Message& fact, const char* name) {
  const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->message_type() == nullptr) return nullptr;
  if (!fact.GetReflection()->HasField(fact, field)) return nullptr;
  return &fact.GetReflection()->GetMessage(fact, field);
}

std::optional<Time> MaybeTime(bool there, const google::protobuf::Timestamp& time) {
  if (!there) return std::nullopt;
  return rpc::FromTimestamp(time);
}

Ticket TicketOf(const v1::Ticket& in) {
  Ticket t;
  t.id.value = in.id();
  t.reference = in.reference();
  t.status = static_cast<Status>(in.status());
  t.subject = in.subject();
  t.channel = static_cast<Channel>(in.channel());
  t.endpoint = in.endpoint();
  t.queue_id = in.queue_id();
  t.priority = static_cast<Priority>(in.priority());
  t.contact_id.value = in.contact_id();
  t.account_id.value = in.account_id();
  t.contact_name = in.contact_name();
  t.assignee_id = in.assignee_agent_id();
  t.tags.assign(in.tags().begin(), in.tags().end());
  t.flagged = in.flagged();
  t.flag_note = in.flag_note();
  t.flag_reason = in.flag_reason();
  t.follow_up_of.value = in.follow_up_of();
  t.interaction_count = in.interaction_count();
  t.create_time = rpc::FromTimestamp(in.create_time());
  t.update_time = rpc::FromTimestamp(in.update_time());
  t.first_reply_time = MaybeTime(in.has_first_reply_time(), in.first_reply_time());
  t.resolve_time = MaybeTime(in.has_resolve_time(), in.resolve_time());
  t.last_inbound_time = MaybeTime(in.has_last_inbound_time(), in.last_inbound_time());
  t.last_outbound_time = MaybeTime(in.has_last_outbound_time(), in.last_outbound_time());
  t.until = MaybeTime(in.has_until_time(), in.until_time());
  t.type = in.type();
  t.disposition = in.disposition();
  t.escalation_level = in.escalation_level();
  t.status_name = in.status_name();
  for (const auto& one : in.fields()) {
    if (const auto value = FromProto(one)) t.fields.push_back(*value);
  }
  t.version = in.version();
  return t;
}

// What conditions look at; no more.
Interaction InteractionOf(const v1::Interaction& in) {
  Interaction i;
  i.id.value = in.id();
  i.kind = static_cast<InteractionKind>(in.kind());
  i.direction = static_cast<Direction>(in.direction());
  i.channel = static_cast<Channel>(in.channel());
  i.author_id = in.author_id();
  i.origin = static_cast<Origin>(in.origin());
  i.matched_by = static_cast<HintKind>(in.matched_by());
  i.unknown_sender = in.unknown_sender();
  i.content.subject = in.content().subject();
  i.content.text = in.content().text();
  i.content.visible_text = in.content().visible_text();
  i.content.attachments.resize(static_cast<size_t>(in.content().attachments_size()));
  return i;
}

// Which fields of the ticket a fact changes by what it says.
std::vector<std::string> ChangedBy(const std::string& fact, bool reopened) {
  static const std::map<std::string, std::vector<std::string>> kChanged = {
      {"TicketAssigned", {"assignee_agent_id", "status"}},
      {"TicketUnassigned", {"assignee_agent_id"}},
      {"TicketPended", {"status", "until_time"}},
      {"TicketHeld", {"status"}},
      {"TicketSnoozed", {"status", "until_time"}},
      {"TicketEscalated", {"escalation_level", "queue_id", "assignee_agent_id"}},
      {"TicketTransferred", {"queue_id", "assignee_agent_id"}},
      {"TicketMarkedSpam", {"status"}},
      {"TicketDeleted", {"status"}},
      {"TicketRestored", {"status"}},
      {"TicketResolved", {"status", "disposition"}},
      {"TicketReopened", {"status"}},
      {"TicketClosed", {"status"}},
      {"TicketMerged", {"status"}},
      {"TicketUnmerged", {"status"}}};
  if (reopened) return {"status"};
  const auto found = kChanged.find(fact);
  return found == kChanged.end() ? std::vector<std::string>() : found->second;
}

void TakeCause(Happening& out, const v1::Cause& cause) {
  out.actor = cause.actor();
  out.reason = cause.reason();
  out.rules.assign(cause.rules().begin(), cause.rules().end());
  out.root = cause.root_event_id();
}

void TakeFlags(Happening& out, const Message& fact) {
  const auto* reopened = fact.GetDescriptor()->FindFieldByName("reopened");
  if (reopened != nullptr && reopened->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    out.reopened = fact.GetReflection()->GetBool(fact, reopened);
  }
  out.changed = ChangedBy(out.fact, out.reopened);
  if (const auto* changed = dynamic_cast<const v1::TicketChanged*>(&fact)) {
    out.changed.assign(changed->fields().begin(), changed->fields().end());
  }
}

}  // namespace

std::vector<std::string> TicketFacts() {
  std::vector<std::string> facts;
  for (int i = 0; i < File().message_type_count(); ++i) {
    const Descriptor& type = *File().message_type(i);
    const FieldDescriptor* ticket = type.FindFieldByName("ticket");
    if (ticket != nullptr && ticket->message_type() == v1::Ticket::descriptor()) {
      facts.push_back(type.name());
    }
  }
  return facts;
}

std::string FullName(const std::string& fact) { return kPackage + fact; }

Result<Happening> HappeningOf(const bus::Envelope& envelope) {
  const Error bad = MakeError(Code::kInvalidArgument, "BAD_FACT", "cannot read " + envelope.type);
  if (!envelope.type.starts_with(kPackage)) return bad;
  const std::string name = envelope.type.substr(std::string(kPackage).size());
  const Descriptor* type = File().FindMessageTypeByName(name);
  if (type == nullptr) return bad;
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<Message> fact(factory->GetPrototype(type)->New());
  if (!fact->ParseFromString(envelope.data)) return bad;
  const auto* ticket = dynamic_cast<const v1::Ticket*>(Part(*fact, "ticket"));
  if (ticket == nullptr) return bad;
  Happening out;
  out.fact = name;
  out.event_id = envelope.id;
  out.time = envelope.time;
  out.ticket = TicketOf(*ticket);
  if (const auto* one = dynamic_cast<const v1::Interaction*>(Part(*fact, "interaction"))) {
    out.interaction = InteractionOf(*one);
  }
  if (const auto* cause = dynamic_cast<const v1::Cause*>(Part(*fact, "cause"))) {
    TakeCause(out, *cause);
  }
  TakeFlags(out, *fact);
  return out;
}

}  // namespace muara::ticket::wire
