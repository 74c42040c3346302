// The words of people in the facts that this service tells, and the facts without them. Which
// fields are words is a table; ids, numbers, enums and times stay.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace muara::ticket::wire {

// Whose words go.
struct WordScope {
  enum class Of {
    kTheirs,    // all of the fact: it is of their ticket, or of the contact
    kSubject,   // the ticket's subject, which is a copy of theirs
    kMessages,  // nothing but the interactions below
  };
  Of of = Of::kTheirs;
  // Of an interaction's id; the words of others stay as they are. Unset: of all.
  std::function<bool(const std::string& id)> is_erased = {};
};

// The fact's bytes without them. What this build cannot read is emptied whole.
std::optional<std::string> WithoutWords(const std::string& type, const std::string& data,
                                        const WordScope& scope);

// Whose recurring ticket the fact tells of; empty: it tells of none.
std::string ContactOfRecurring(const std::string& type, const std::string& data);
// Whether TicketFilter's bytes ask for one of these, which are as NormalName has them, as a field's
// value.
bool FilterNames(const std::string& filter, const std::set<std::string>& names);

}  // namespace muara::ticket::wire
