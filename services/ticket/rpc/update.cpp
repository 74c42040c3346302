// Which fields an update sets.
#include <set>

#include "libs/base/slug.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoSlug = "is not 1 to 64 of a-z 0-9 and '-'";

template <class List>
std::vector<std::string> OnceEach(const List& tags) {
  const std::set<std::string> once(tags.begin(), tags.end());
  return {once.begin(), once.end()};
}

void TakeFields(Update& update, const v1::UpdateTicketRequest& request) {
  for (const auto& one : request.fields()) {
    const auto value = wire::FromProto(one);
    if (value) {
      update.fields.push_back(*value);
    } else {
      update.remove_fields.push_back(one.key());
    }
  }
}

// False: there is no such field.
bool Take(Update& update, const v1::UpdateTicketRequest& request, const std::string& field) {
  if (field == "subject") {
    update.subject = request.subject();
  } else if (field == "priority") {
    update.priority = static_cast<Priority>(request.priority());
  } else if (field == "tags") {
    update.tags = OnceEach(request.tags());
  } else if (field == "add_tags") {
    update.add_tags = OnceEach(request.add_tags());
  } else if (field == "remove_tags") {
    update.remove_tags = OnceEach(request.remove_tags());
  } else if (field == "queue_id") {
    update.queue_id = request.queue_id();
  } else if (field == "type") {
    update.type = request.type();
  } else if (field == "status_name") {
    update.status_name = request.status_name();
  } else if (field == "fields") {
    TakeFields(update, request);
  } else {
    return false;
  }
  return true;
}

void CheckTags(std::vector<Violation>& out, const char* field,
               const std::vector<std::string>& tags) {
  if (tags.size() > kTagsMax) out.push_back({field, "are over 200"});
  for (const std::string& tag : tags) {
    if (tag.empty() || tag.size() > kTagBytesMax)
      out.push_back({field, "one is not 1 to 100 bytes"});
  }
}

void CheckUpdate(std::vector<Violation>& out, const Update& update) {
  if (update.subject && (update.subject->empty() || update.subject->size() > kSubjectBytesMax)) {
    out.push_back({"subject", "is not 1 to 998 bytes"});
  }
  if (update.priority && (!v1::Priority_IsValid(static_cast<int>(*update.priority)) ||
                          static_cast<int>(*update.priority) == 0)) {
    out.push_back({"priority", "is unknown"});
  }
  // As routing names them: work in a queue that no agent can be given would wait for ever.
  if (update.queue_id && !IsSlug(*update.queue_id)) out.push_back({"queue_id", kNoSlug});
  if (update.type && !update.type->empty() && !IsSlug(*update.type)) {
    out.push_back({"type", kNoSlug});
  }
  CheckTags(out, "tags", update.tags.value_or(std::vector<std::string>()));
  CheckTags(out, "add_tags", update.add_tags);
  CheckTags(out, "remove_tags", update.remove_tags);
}

}  // namespace

Result<Update> UpdateOf(const v1::UpdateTicketRequest& request) {
  Update update;
  std::vector<Violation> problems;
  for (const std::string& field : request.update_fields()) {
    if (Take(update, request, field)) continue;
    problems.push_back({"update_fields", "'" + field + "' is no field that can be set"});
  }
  if (request.update_fields().empty()) problems.push_back({"update_fields", "is required"});
  CheckUpdate(problems, update);
  if (static_cast<size_t>(request.fields_size()) > kFieldsMax) {
    problems.push_back({"fields", "are over 200"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return update;
}

}  // namespace muara::ticket
