// The erasing of a person: who asked for it, and what it proves. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/sha256_sum.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket {

constexpr size_t kKeptShownMax = 10'000;

struct Erasure {
  ContactId contact_id;
  std::vector<ContactId> contacts;  // it and all that were merged into it
  std::string actor;                // "agents/<id>"
  std::string reason;
  Time request_time;
  std::optional<Time> done_time;
  std::map<std::string, int64_t> counts;    // by kind: what was emptied
  std::vector<std::string> kept_elsewhere;  // the first kKeptShownMax
  int64_t kept_count = 0;
  std::string sha256;  // once it is done
};

// A SHA-256 over the lines "contact <id>", "count <kind> <number>" and "ticket <id>", each with its
// end, all of them sorted.
class Proof {
 public:
  explicit Proof(const Erasure& erasure);
  // By id, each once.
  void Add(const TicketId& id);
  // Once, at the end.
  std::string Hex();

 private:
  Sha256Sum sum_;
};

// Everything that tells who a contact is: name, values in words, tags, language, time zone and
// external id. Its points are kept apart.
void Erase(Contact& contact, Time now);
// Values that are words.
bool DropTexts(std::vector<FieldValue>& fields);

}  // namespace muara::ticket
