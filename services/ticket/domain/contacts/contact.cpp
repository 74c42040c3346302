#include "services/ticket/domain/contacts/contact.h"

#include <algorithm>

#include "libs/calendar/zone.h"
#include "libs/language/words.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {
namespace {

constexpr size_t kNameWordsMax = 50;

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Its shape alone: subtags of 1 to 8 letters and digits, the first of 2 or 3 letters.
bool IsLanguage(const std::string& text) {
  if (text.size() > kLanguageBytesMax) return false;
  size_t begin = 0;
  for (size_t end = 0; begin <= text.size(); begin = end + 1) {
    end = std::min(text.find('-', begin), text.size());
    const std::string tag = text.substr(begin, end - begin);
    if (tag.empty() || tag.size() > 8 || !std::all_of(tag.begin(), tag.end(), IsAlnum)) {
      return false;
    }
    if (begin > 0) continue;
    const bool letters = std::none_of(tag.begin(), tag.end(), [](char c) { return c <= '9'; });
    if (!letters || tag.size() < 2 || tag.size() > 3) return false;
  }
  return true;
}

}  // namespace

std::string NormalPoint(PointKind kind, const std::string& value) {
  const size_t from = value.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return "";
  std::string normal = value.substr(from, value.find_last_not_of(" \t\r\n") - from + 1);
  if (kind == PointKind::kEmail) {
    std::transform(normal.begin(), normal.end(), normal.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  return normal;
}

std::string NormalName(const std::string& name) {
  std::string normal;
  for (const Word& word : WordReader().Read(name, kNameWordsMax)) {
    normal += (normal.empty() ? "" : " ") + word.folded;
  }
  return normal;
}

bool Contact::IsAlso(const ContactId& other) const {
  return id == other || std::find(merged.begin(), merged.end(), other) != merged.end();
}

std::vector<ContactId> Contact::Group() const {
  std::vector<ContactId> group = {id};
  group.insert(group.end(), merged.begin(), merged.end());
  return group;
}

muara::Status CheckNotErased(const Contact& contact) {
  if (!contact.erase_time) return Ok();
  return MakeError(Code::kFailedPrecondition, "CONTACT_ERASED", "the contact was erased");
}

muara::Status CheckChangeable(const Contact& contact) {
  if (!contact.merged_into) return CheckNotErased(contact);
  Error error = MakeError(Code::kFailedPrecondition, "CONTACT_MERGED",
                          "it goes on in contact " + contact.merged_into->value);
  error.metadata.emplace_back("contact_id", contact.merged_into->value);
  return error;
}

void CheckTags(std::vector<Violation>& problems, const char* field,
               const std::vector<std::string>& tags) {
  if (tags.size() > kTagsMax) problems.push_back({field, "are over 200"});
  for (const std::string& tag : tags) {
    if (tag.empty() || tag.size() > kTagBytesMax) {
      problems.push_back({field, "one is not 1 to 100 bytes"});
    }
  }
}

std::vector<Violation> ProblemsOf(const ContactUpdate& update) {
  std::vector<Violation> problems;
  const auto& name = update.display_name;
  if (name && (name->empty() || name->size() > kNameBytesMax)) {
    problems.push_back({"display_name", "is not 1 to 256 bytes"});
  }
  if (update.language && !update.language->empty() && !IsLanguage(*update.language)) {
    problems.push_back({"language", "is no language tag like id or en-GB"});
  }
  const auto& zone = update.time_zone;
  if (zone && !zone->empty() && (zone->size() > kTimeZoneBytesMax || !Zone::Find(*zone))) {
    problems.push_back({"time_zone", "is no zone of the IANA database like Asia/Jakarta"});
  }
  CheckTags(problems, "tags", update.tags.value_or(std::vector<std::string>()));
  CheckTags(problems, "add_tags", update.add_tags);
  CheckTags(problems, "remove_tags", update.remove_tags);
  if (update.fields.size() + update.remove_fields.size() > kFieldsMax) {
    problems.push_back({"fields", "are over 200"});
  }
  return problems;
}

muara::Status ChangeTags(std::vector<std::string>& tags, const ContactUpdate& update) {
  if (update.tags) tags = *update.tags;
  for (const std::string& tag : update.add_tags) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  for (const std::string& tag : update.remove_tags) std::erase(tags, tag);
  if (tags.size() <= kTagsMax) return Ok();
  return MakeError(Code::kFailedPrecondition, "TOO_MANY_TAGS", "there would be more than 200 tags");
}

}  // namespace muara::ticket
