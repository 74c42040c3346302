// Contacts, their points and accounts as messages, and back.
#pragma once

#include "muara/ticket/v1/account.pb.h"
#include "muara/ticket/v1/contact.pb.h"
#include "services/ticket/domain/contacts/account.h"
#include "services/ticket/domain/contacts/contact_note.h"

namespace muara::ticket::wire {

v1::Contact ToProto(const Contact& contact);
v1::ContactNote ToProto(const ContactNote& note);
v1::Account ToProto(const Account& account);
connector::v1::ContactPoint ToProto(const ContactPoint& point);
ContactPoint FromProto(const connector::v1::ContactPoint& point);

}  // namespace muara::ticket::wire
