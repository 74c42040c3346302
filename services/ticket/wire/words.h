// The words of people in the facts that this service tells, and the facts without them. Which
// fields are words is a table; ids, numbers, enums and times stay.
#pragma once

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
  std::set<std::string> interactions;  // ids of those that go; others stay as they are
};

// The fact's bytes without them. What this build cannot read is emptied whole.
std::optional<std::string> WithoutWords(const std::string& type, const std::string& data,
                                        const WordScope& scope);

}  // namespace muara::ticket::wire
