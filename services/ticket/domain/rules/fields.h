// What a condition can look at: every field of a ticket, of what happened on it and of the fact
// that told it. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/ticket/domain/rules/happening.h"

namespace muara::ticket {

// Decides which operators there are.
enum class FieldKind {
  kCode,   // one of a list, or an id: compared as it is
  kLevel,  // one of a list that has an order
  kText,   // words of people: compared without case and accents
  kNumber,
  kBoolean,  // "true", "false"
  kTime,
  kSet,  // several codes
};

enum class FieldScope { kTicket, kInteraction, kFact };

// What rules look at. A schedule has no fact.
struct Subject {
  const Ticket& ticket;
  const Happening* happening = nullptr;
  std::vector<std::string> contact_domains = {};  // of addresses that find its contact
  Time now = {};
  // Texts without case and accents, by field: folded once, however many conditions look.
  mutable std::map<std::string, std::string> folded = {};
};

// What a field holds. Not set: nobody, none, never.
struct Seen {
  bool set = false;
  std::vector<std::string> texts = {};
  double number = 0;
  Time time = {};
};

struct FieldSpec {
  std::string name;
  FieldKind kind = FieldKind::kCode;
  FieldScope scope = FieldScope::kTicket;
  std::vector<std::string> codes = {};  // all that there are; empty: any
  Seen (*read)(const Subject&) = nullptr;
};

constexpr const char* kContactDomainField = "contact.domain";
// "fields.<key>": a field that the organisation declared.
constexpr const char* kDeclaredPrefix = "fields.";

const std::vector<FieldSpec>& FieldSpecs();
// Null: there is none of this name.
const FieldSpec* FindFieldSpec(const std::string& name);
// As the built-in ones, for a declared field.
FieldSpec SpecOf(const CustomField& field);
Seen ReadDeclared(const Ticket& ticket, const std::string& key);

}  // namespace muara::ticket
