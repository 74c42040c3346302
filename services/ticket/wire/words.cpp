#include "services/ticket/wire/words.h"

#include "libs/bus/words.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/search.pb.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket::wire {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const bus::WordFields& Words() {
  static const bus::WordFields words = {
      "muara.ticket.v1.Ticket.subject",
      "muara.ticket.v1.Ticket.contact_name",
      "muara.ticket.v1.Ticket.flag_note",
      "muara.ticket.v1.FieldValue.text",
      "muara.ticket.v1.Interaction.conversation",
      "muara.ticket.v1.Interaction.contact_points",
      "muara.ticket.v1.Interaction.provider_message_id",
      "muara.ticket.v1.Interaction.in_reply_to",
      "muara.ticket.v1.Interaction.references",
      "muara.ticket.v1.Interaction.evidence",
      "muara.connector.v1.Content.subject",
      "muara.connector.v1.Content.text",
      "muara.connector.v1.Content.html",
      "muara.connector.v1.Content.visible_text",
      "muara.connector.v1.Attachment.file_name",
      "muara.ticket.v1.Contact.display_name",
      "muara.ticket.v1.Contact.points",
      "muara.ticket.v1.Contact.tags",
      "muara.ticket.v1.Contact.language",
      "muara.ticket.v1.Contact.time_zone",
      "muara.ticket.v1.Contact.external_id",
      "muara.ticket.v1.ContactNote.text",
      "muara.ticket.v1.Cause.note",
      "muara.ticket.v1.RecurringTicket.subject",
      "muara.ticket.v1.RecurringTicket.text",
      "muara.ticket.v1.WebhookRequested.text",
      "muara.feedback.v1.SurveyRequested.url",
      "muara.feedback.v1.SurveyRequested.token",
      "muara.feedback.v1.SurveyRequested.conversation",
      "muara.feedback.v1.SurveyRequested.recipients",
      "muara.feedback.v1.SurveyRequested.subject",
      "muara.feedback.v1.SurveyRequested.in_reply_to",
      "muara.feedback.v1.SurveyRequested.references",
      "muara.feedback.v1.Survey.comment",
  };
  return words;
}

void EmptyInteraction(v1::Interaction& interaction) {
  bus::EmptyWords(interaction, Words());
  // Colleagues keep their names.
  if (interaction.direction() == v1::DIRECTION_INBOUND) interaction.clear_author_name();
}

// The interactions of the fact itself: it has them at its top, whatever their field is called.
void EmptyInteractions(Message& fact, const WordScope& scope) {
  std::vector<const FieldDescriptor*> fields;
  fact.GetReflection()->ListFields(fact, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() != v1::Interaction::descriptor() || field->is_repeated()) continue;
    auto& interaction =
        static_cast<v1::Interaction&>(*fact.GetReflection()->MutableMessage(&fact, field));
    if (!scope.is_erased || scope.is_erased(interaction.id())) EmptyInteraction(interaction);
  }
}

}  // namespace

std::optional<std::string> WithoutWords(const std::string& type, const std::string& data,
                                        const WordScope& scope) {
  const auto fact = bus::ReadMessage(type, data);
  if (fact == nullptr) return std::string();
  EmptyInteractions(*fact, scope);
  const auto is_interaction = [](const Message& message) {
    return message.GetDescriptor() == v1::Interaction::descriptor();
  };
  switch (scope.of) {
    case WordScope::Of::kTheirs:
      bus::EmptyWords(*fact, Words(), is_interaction);
      break;
    case WordScope::Of::kSubject:
      bus::EmptyWords(*fact, {"muara.ticket.v1.Ticket.subject"}, is_interaction);
      break;
    case WordScope::Of::kMessages:
      break;
  }
  return fact->SerializeAsString();
}

std::string ContactOfRecurring(const std::string& type, const std::string& data) {
  if (type == v1::RecurringTicketChanged::descriptor()->full_name()) {
    v1::RecurringTicketChanged fact;
    if (fact.ParseFromString(data)) return fact.recurring_ticket().contact_id();
  } else if (type == v1::RecurringTicketDeleted::descriptor()->full_name()) {
    v1::RecurringTicketDeleted fact;
    if (fact.ParseFromString(data)) return fact.recurring_ticket().contact_id();
  }
  return "";
}

bool FilterNames(const std::string& filter, const std::set<std::string>& names) {
  v1::TicketFilter read;
  if (!read.ParseFromString(filter)) return false;
  for (const v1::FieldFilter& field : read.fields()) {
    for (const std::string& value : field.any_of()) {
      if (names.contains(NormalName(value))) return true;
    }
  }
  return false;
}

}  // namespace muara::ticket::wire
