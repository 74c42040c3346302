#include "services/ticket/wire/contacts.h"

#include "libs/rpc/timestamp.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {

static_assert(static_cast<int>(PointKind::kHandle) == connector::v1::CONTACT_POINT_KIND_HANDLE);
static_assert(static_cast<int>(Assurance::kCustomerVerified) ==
              connector::v1::ASSURANCE_CUSTOMER_VERIFIED);

connector::v1::ContactPoint ToProto(const ContactPoint& point) {
  connector::v1::ContactPoint out;
  out.set_kind(static_cast<connector::v1::ContactPointKind>(point.kind));
  out.set_value(point.value);
  out.set_display_name(point.display_name);
  out.set_assurance(static_cast<connector::v1::Assurance>(point.assurance));
  return out;
}

ContactPoint FromProto(const connector::v1::ContactPoint& point) {
  const auto kind = static_cast<PointKind>(point.kind());
  return {kind, NormalPoint(kind, point.value()), point.display_name(),
          point.assurance() == connector::v1::ASSURANCE_UNSPECIFIED
              ? Assurance::kClaimed
              : static_cast<Assurance>(point.assurance())};
}

v1::Contact ToProto(const Contact& contact) {
  v1::Contact out;
  out.set_id(contact.id.value);
  out.set_display_name(contact.display_name);
  for (const ContactPoint& point : contact.points) *out.add_points() = ToProto(point);
  rpc::SetTimestamp(out.mutable_create_time(), contact.create_time);
  out.set_version(contact.version);
  out.set_account_id(contact.account_id.value);
  for (const std::string& tag : contact.tags) out.add_tags(tag);
  for (const FieldValue& one : contact.fields) *out.add_fields() = ToProto(one);
  out.set_language(contact.language);
  out.set_time_zone(contact.time_zone);
  out.set_merged_into(contact.merged_into.value_or(ContactId{}).value);
  if (contact.merge_time) rpc::SetTimestamp(out.mutable_merge_time(), *contact.merge_time);
  for (const ContactId& id : contact.merged) out.add_merged_contact_ids(id.value);
  out.set_external_id(contact.external_id);
  if (contact.erase_time) rpc::SetTimestamp(out.mutable_erase_time(), *contact.erase_time);
  return out;
}

v1::ContactNote ToProto(const ContactNote& note) {
  v1::ContactNote out;
  out.set_id(note.id);
  out.set_contact_id(note.contact_id.value);
  out.set_author(note.author);
  out.set_text(note.text);
  rpc::SetTimestamp(out.mutable_create_time(), note.create_time);
  out.set_version(note.version);
  return out;
}

v1::Account ToProto(const Account& account) {
  v1::Account out;
  out.set_id(account.id.value);
  out.set_name(account.name);
  for (const std::string& domain : account.domains) out.add_domains(domain);
  out.set_contract_sla_policy_id(account.contract_sla_policy_id);
  for (const std::string& tag : account.tags) out.add_tags(tag);
  for (const FieldValue& one : account.fields) *out.add_fields() = ToProto(one);
  out.set_notes(account.notes);
  out.set_version(account.version);
  rpc::SetTimestamp(out.mutable_create_time(), account.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), account.update_time);
  return out;
}

}  // namespace muara::ticket::wire
