// What colleagues write about a contact, whatever the ticket.
#pragma once

#include <string>

#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket {

constexpr size_t kContactNoteBytesMax = 10'000;
constexpr int kContactNotesMax = 500;  // of one contact

struct ContactNote {
  std::string id;
  ContactId contact_id;
  std::string author;  // "agents/<id>"
  std::string text;
  Time create_time;
  int version = 1;  // nobody changes what is written
};

}  // namespace muara::ticket
