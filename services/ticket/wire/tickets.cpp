#include "services/ticket/wire/tickets.h"

#include "libs/rpc/timestamp.h"
#include "services/ticket/wire/contacts.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {
namespace {

static_assert(static_cast<int>(Status::kDeleted) == v1::TICKET_STATUS_DELETED);
static_assert(static_cast<int>(LinkKind::kFollowUpOf) == v1::LINK_KIND_FOLLOW_UP_OF);
static_assert(static_cast<int>(Priority::kUrgent) == v1::PRIORITY_URGENT);
static_assert(static_cast<int>(Channel::kApi) == connector::v1::CHANNEL_API);
static_assert(static_cast<int>(InteractionKind::kSurveyAnswer) ==
              v1::INTERACTION_KIND_SURVEY_ANSWER);
static_assert(static_cast<int>(DeliveryStatus::kUnknown) == v1::DELIVERY_STATUS_UNKNOWN);
static_assert(static_cast<int>(Origin::kOwnLoop) == connector::v1::ORIGIN_OWN_LOOP);
static_assert(static_cast<int>(HintKind::kOpenTicket) == connector::v1::HINT_KIND_OPEN_TICKET);

void SetContent(connector::v1::Content* out, const Content& content) {
  out->set_subject(content.subject);
  out->set_text(content.text);
  out->set_html(content.html);
  out->set_visible_text(content.visible_text);
  for (const Attachment& one : content.attachments) {
    *out->add_attachments() = ToProto(one);
  }
}

}  // namespace

connector::v1::Attachment ToProto(const Attachment& attachment) {
  connector::v1::Attachment out;
  out.set_reference(attachment.reference);
  out.set_file_name(attachment.file_name);
  out.set_content_type(attachment.content_type);
  out.set_size_bytes(attachment.size_bytes);
  out.set_sha256(attachment.sha256);
  out.set_inline_(attachment.inline_shown);
  return out;
}

v1::Ticket ToProto(const Ticket& ticket) {
  v1::Ticket out;
  out.set_id(ticket.id.value);
  out.set_reference(ticket.reference);
  out.set_status(static_cast<v1::TicketStatus>(ticket.status));
  out.set_subject(ticket.subject);
  out.set_channel(static_cast<connector::v1::Channel>(ticket.channel));
  out.set_endpoint(ticket.endpoint);
  out.set_queue_id(ticket.queue_id);
  out.set_priority(static_cast<v1::Priority>(ticket.priority));
  out.set_contact_id(ticket.contact_id.value);
  out.set_contact_name(ticket.contact_name);
  out.set_assignee_agent_id(ticket.assignee_id);
  for (const std::string& tag : ticket.tags) out.add_tags(tag);
  out.set_flagged(ticket.flagged);
  out.set_follow_up_of(ticket.follow_up_of.value);
  out.set_interaction_count(ticket.interaction_count);
  out.set_open_survey_id(ticket.survey.id);
  rpc::SetTimestamp(out.mutable_create_time(), ticket.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), ticket.update_time);
  if (ticket.first_reply_time)
    rpc::SetTimestamp(out.mutable_first_reply_time(), *ticket.first_reply_time);
  if (ticket.resolve_time) rpc::SetTimestamp(out.mutable_resolve_time(), *ticket.resolve_time);
  if (ticket.close_time) rpc::SetTimestamp(out.mutable_close_time(), *ticket.close_time);
  if (ticket.last_inbound_time)
    rpc::SetTimestamp(out.mutable_last_inbound_time(), *ticket.last_inbound_time);
  if (ticket.last_outbound_time) {
    rpc::SetTimestamp(out.mutable_last_outbound_time(), *ticket.last_outbound_time);
  }
  out.set_version(ticket.version);
  if (ticket.until) rpc::SetTimestamp(out.mutable_until_time(), *ticket.until);
  if (ticket.held_status) {
    out.set_held_status(static_cast<v1::TicketStatus>(*ticket.held_status));
  }
  out.set_flag_note(ticket.flag_note);
  out.set_flag_reason(ticket.flag_reason);
  out.set_type(ticket.type);
  out.set_disposition(ticket.disposition);
  out.set_escalation_level(ticket.escalation_level);
  out.set_status_name(ticket.status_name);
  for (const FieldValue& one : ticket.fields) *out.add_fields() = ToProto(one);
  out.set_merged_into(ticket.merged_into.value);
  if (ticket.merge_time) rpc::SetTimestamp(out.mutable_merge_time(), *ticket.merge_time);
  out.set_split_from(ticket.split_from.value);
  out.set_account_id(ticket.account_id.value);
  if (ticket.close_due) rpc::SetTimestamp(out.mutable_auto_close_time(), *ticket.close_due);
  if (ticket.next_due) rpc::SetTimestamp(out.mutable_next_due_time(), *ticket.next_due);
  return out;
}

v1::Interaction ToProto(const Interaction& i) {
  v1::Interaction out;
  out.set_id(i.id.value);
  out.set_ticket_id(i.ticket_id.value);
  out.set_sequence(i.sequence);
  out.set_kind(static_cast<v1::InteractionKind>(i.kind));
  out.set_direction(static_cast<v1::Direction>(i.direction));
  out.set_channel(static_cast<connector::v1::Channel>(i.channel));
  out.set_endpoint(i.endpoint);
  out.set_conversation(i.conversation);
  out.set_author_id(i.author_id);
  out.set_author_name(i.author_name);
  SetContent(out.mutable_content(), i.content);
  for (const ContactPoint& point : i.points) *out.add_contact_points() = ToProto(point);
  out.set_provider_message_id(i.provider_message_id);
  out.set_in_reply_to(i.in_reply_to);
  for (const std::string& reference : i.references) out.add_references(reference);
  out.set_origin(static_cast<connector::v1::Origin>(i.origin));
  for (const std::string& one : i.evidence) out.add_evidence(one);
  out.set_matched_by(static_cast<connector::v1::HintKind>(i.matched_by));
  out.set_unknown_sender(i.unknown_sender);
  out.set_delivery_status(static_cast<v1::DeliveryStatus>(i.delivery_status));
  rpc::SetTimestamp(out.mutable_create_time(), i.create_time);
  out.set_survey_id(i.survey_id);
  out.set_survey_score(i.survey_score);
  out.set_copied_from(i.copied_from.value);
  return out;
}

v1::TicketLink ToProto(const Link& link) {
  v1::TicketLink out;
  out.set_from_ticket_id(link.from.value);
  out.set_kind(static_cast<v1::LinkKind>(link.kind));
  out.set_to_ticket_id(link.to.value);
  return out;
}

}  // namespace muara::ticket::wire
