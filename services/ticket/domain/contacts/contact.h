// A contact is a person; a contact point is an address, number or handle of theirs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/ticket/domain/ids.h"
#include "services/ticket/domain/settings/custom_field.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class PointKind { kEmail = 1, kPhone = 2, kChat = 3, kHandle = 4 };
enum class Assurance { kClaimed = 1, kChannelVerified = 2, kCustomerVerified = 3 };

constexpr size_t kPointBytesMax = 320;
constexpr size_t kNameBytesMax = 256;
constexpr size_t kClaimsMax = 5;   // of one submission, and of one contact
constexpr size_t kPointsMax = 50;  // of one contact, claims with them
constexpr size_t kGroupMax = 50;   // contacts that are one by merging
constexpr size_t kLanguageBytesMax = 35;
constexpr size_t kTimeZoneBytesMax = 64;

struct ContactPoint {
  PointKind kind = PointKind::kEmail;
  std::string value;
  std::string display_name;
  Assurance assurance = Assurance::kClaimed;
};

// The form in which two spellings of one point are equal: addresses in lower case, no blanks
// around.
std::string NormalPoint(PointKind kind, const std::string& value);
// The form in which two spellings of one name are equal: its words, without case and accents.
std::string NormalName(const std::string& name);

struct Contact {
  ContactId id;
  std::string display_name;
  std::vector<ContactPoint> points;  // those that find it, then what it claims
  Time create_time;
  int version = 1;
  AccountId account_id;  // empty: none
  std::vector<std::string> tags;
  std::vector<FieldValue> fields;        // of those that are declared
  std::string language;                  // BCP 47: "id", "en-GB"; empty: not known
  std::string time_zone;                 // IANA: "Asia/Jakarta"; empty: not known
  std::optional<ContactId> merged_into;  // where it goes on
  std::optional<Time> merge_time;
  std::vector<ContactId> merged;   // all that go on in this one
  std::optional<Time> erase_time;  // its words are gone
  std::string external_id;         // of another system, one contact's alone; empty: none
  size_t claims = 0;               // so many of its points, the last ones, are mere claims

  // Is this the contact, or one that goes on in it?
  bool IsAlso(const ContactId& other) const;
  // It, then all that go on in it.
  std::vector<ContactId> Group() const;
};

// CONTACT_ERASED; CONTACT_MERGED, which names where it goes on.
muara::Status CheckNotErased(const Contact& contact);
muara::Status CheckChangeable(const Contact& contact);

// Which fields an update sets.
struct ContactUpdate {
  std::optional<std::string> display_name;
  std::optional<AccountId> account_id;  // empty: none
  std::optional<std::vector<std::string>> tags;
  std::vector<std::string> add_tags;
  std::vector<std::string> remove_tags;
  std::vector<FieldValue> fields;
  std::vector<std::string> remove_fields;
  std::optional<std::string> language;   // empty: not known
  std::optional<std::string> time_zone;  // empty: not known
};

// Everything that is wrong with an update by itself, whatever is declared.
std::vector<Violation> ProblemsOf(const ContactUpdate& update);
// Nothing or what is wrong; "tags" are checked as `field`.
void CheckTags(std::vector<Violation>& problems, const char* field,
               const std::vector<std::string>& tags);
// TOO_MANY_TAGS.
muara::Status ChangeTags(std::vector<std::string>& tags, const ContactUpdate& update);

}  // namespace muara::ticket
