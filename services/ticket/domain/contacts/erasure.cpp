#include "services/ticket/domain/contacts/erasure.h"

#include <algorithm>

#include "libs/base/crypto.h"

namespace muara::ticket {

Proof::Proof(const Erasure& erasure) {
  std::vector<std::string> lines;
  for (const ContactId& id : erasure.contacts) lines.push_back("contact " + id.value);
  for (const auto& [kind, number] : erasure.counts) {
    lines.push_back("count " + kind + " " + std::to_string(number));
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) sum_.Add(line + "\n");
}

void Proof::Add(const TicketId& id) { sum_.Add("ticket " + id.value + "\n"); }

std::string Proof::Hex() { return ToHex(sum_.Finish()); }

void Erase(Contact& contact, Time now) {
  contact.display_name.clear();
  contact.tags.clear();
  contact.language.clear();
  contact.time_zone.clear();
  contact.external_id.clear();
  contact.points.clear();
  contact.claims = 0;
  DropTexts(contact.fields);
  contact.erase_time = now;
}

bool DropTexts(std::vector<FieldValue>& fields) {
  return std::erase_if(fields, [](const FieldValue& one) { return one.type == FieldType::kText; }) >
         0;
}

}  // namespace muara::ticket
