#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {
namespace {

static_assert(static_cast<int>(FieldType::kChoice) == v1::CUSTOM_FIELD_TYPE_CHOICE);
static_assert(static_cast<int>(FieldEntity::kAccount) == v1::CUSTOM_FIELD_ENTITY_ACCOUNT);

int Minutes(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(duration).count());
}

}  // namespace

v1::QueuePolicy ToProto(const QueuePolicy& policy) {
  v1::QueuePolicy out;
  out.set_queue_id(policy.queue_id);
  out.set_reopen_window_minutes(Minutes(policy.lifecycle.reopen_window));
  out.set_close_after_minutes(Minutes(policy.lifecycle.close_after));
  out.set_disposition_required(policy.disposition_required);
  for (const Disposition& one : policy.dispositions) {
    auto* disposition = out.add_dispositions();
    disposition->set_code(one.code);
    disposition->set_name(one.name);
  }
  for (const std::string& queue : policy.escalation_queue_ids) out.add_escalation_queue_ids(queue);
  out.set_version(policy.version);
  out.set_calendar_id(policy.calendar_id);
  return out;
}

v1::StatusName ToProto(const NamedStatus& name) {
  v1::StatusName out;
  out.set_id(name.id);
  out.set_name(name.name);
  out.set_status(static_cast<v1::TicketStatus>(name.status));
  out.set_archived(name.archived);
  out.set_version(name.version);
  return out;
}

v1::CustomField ToProto(const CustomField& field) {
  v1::CustomField out;
  out.set_entity(static_cast<v1::CustomFieldEntity>(field.entity));
  out.set_key(field.key);
  out.set_label(field.label);
  out.set_type(static_cast<v1::CustomFieldType>(field.type));
  for (const std::string& option : field.options) out.add_options(option);
  out.set_required_on_resolve(field.required_on_resolve);
  out.set_max(field.max);
  out.set_archived(field.archived);
  out.set_version(field.version);
  return out;
}

v1::FieldValue ToProto(const FieldValue& value) {
  v1::FieldValue out;
  out.set_key(value.key);
  switch (value.type) {
    case FieldType::kText:
      out.set_text(value.text);
      break;
    case FieldType::kNumber:
      out.set_number(value.number);
      break;
    case FieldType::kBoolean:
      out.set_boolean(value.number != 0);
      break;
    case FieldType::kDate:
      out.set_date(value.text);
      break;
    case FieldType::kChoice:
      out.set_choice(value.text);
      break;
  }
  return out;
}

std::optional<FieldValue> FromProto(const v1::FieldValue& value) {
  switch (value.value_case()) {
    case v1::FieldValue::kText:
      return FieldValue{value.key(), FieldType::kText, value.text()};
    case v1::FieldValue::kNumber:
      return FieldValue{value.key(), FieldType::kNumber, "", value.number()};
    case v1::FieldValue::kBoolean:
      return FieldValue{value.key(), FieldType::kBoolean, "", value.boolean() ? 1.0 : 0.0};
    case v1::FieldValue::kDate:
      return FieldValue{value.key(), FieldType::kDate, value.date()};
    case v1::FieldValue::kChoice:
      return FieldValue{value.key(), FieldType::kChoice, value.choice()};
    case v1::FieldValue::VALUE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace muara::ticket::wire
