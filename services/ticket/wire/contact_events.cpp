// Facts of contacts and accounts.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/wire/contacts.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket::wire {
namespace {

template <class Message>
bus::Fact Caused(const std::string& key, Message message, const Cause& cause) {
  message.mutable_cause()->set_actor(cause.actor);
  message.mutable_cause()->set_reason(cause.reason);
  message.mutable_cause()->set_note(cause.note);
  return {key, Message::descriptor()->full_name(), message.SerializeAsString()};
}

std::string KeyOf(const Contact& contact) { return "contacts/" + contact.id.value; }
std::string KeyOf(const Account& account) { return "contact-accounts/" + account.id.value; }

}  // namespace

bus::Fact ContactChanged(const Contact& contact, const std::vector<std::string>& fields,
                         const Cause& cause) {
  v1::ContactChanged message;
  *message.mutable_contact() = ToProto(contact);
  for (const std::string& field : fields) message.add_fields(field);
  return Caused(KeyOf(contact), std::move(message), cause);
}

bus::Fact ContactMerged(const Contact& contact, const Cause& cause) {
  v1::ContactMerged message;
  *message.mutable_contact() = ToProto(contact);
  return Caused(KeyOf(contact), std::move(message), cause);
}

bus::Fact ContactUnmerged(const Contact& contact, const ContactId& from, const Cause& cause) {
  v1::ContactUnmerged message;
  *message.mutable_contact() = ToProto(contact);
  message.set_from_contact_id(from.value);
  return Caused(KeyOf(contact), std::move(message), cause);
}

bus::Fact ContactNoteAdded(const ContactNote& note, const Cause& cause) {
  v1::ContactNoteAdded message;
  *message.mutable_note() = ToProto(note);
  return Caused("contacts/" + note.contact_id.value, std::move(message), cause);
}

bus::Fact ContactNoteDeleted(const ContactNote& note, const Cause& cause) {
  v1::ContactNoteDeleted message;
  *message.mutable_note() = ToProto(note);
  message.mutable_note()->clear_text();
  return Caused("contacts/" + note.contact_id.value, std::move(message), cause);
}

bus::Fact AccountChanged(const Account& account, const std::vector<std::string>& fields,
                         const Cause& cause) {
  v1::AccountChanged message;
  *message.mutable_account() = ToProto(account);
  for (const std::string& field : fields) message.add_fields(field);
  return Caused(KeyOf(account), std::move(message), cause);
}

bus::Fact AccountDeleted(const Account& account, const Cause& cause) {
  v1::AccountDeleted message;
  *message.mutable_account() = ToProto(account);
  return Caused(KeyOf(account), std::move(message), cause);
}

}  // namespace muara::ticket::wire
