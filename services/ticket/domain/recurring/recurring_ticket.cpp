#include "services/ticket/domain/recurring/recurring_ticket.h"

#include <algorithm>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoSlug = "is not 1 to 64 of a-z 0-9 and '-'";

}  // namespace

std::vector<Violation> RecurringTicket::Problems() const {
  std::vector<Violation> out;
  if (!IsSlug(id)) out.push_back({"id", kNoSlug});
  if (contact_id.empty()) out.push_back({"contact_id", "is required"});
  if (subject.empty() || subject.size() > kSubjectBytesMax) {
    out.push_back({"subject", "is not 1 to 998 bytes"});
  }
  if (text.size() > kTextBytesMax) out.push_back({"text", "is longer than 262144 bytes"});
  if (!IsSlug(queue_id)) out.push_back({"queue_id", kNoSlug});
  if (!type.empty() && !IsSlug(type)) out.push_back({"type", kNoSlug});
  if (priority < Priority::kLow || priority > Priority::kUrgent) {
    out.push_back({"priority", "is unknown"});
  }
  if (tags.size() > kTagsMax) out.push_back({"tags", "are over 200"});
  if (std::any_of(tags.begin(), tags.end(), [](const std::string& tag) {
        return tag.empty() || tag.size() > kTagBytesMax;
      })) {
    out.push_back({"tags", "has one that is not 1 to 100 bytes"});
  }
  recurrence.Check(out);
  return out;
}

muara::Status RecurringTicket::Check() const {
  auto problems = Problems();
  if (problems.empty()) return Ok();
  return InvalidFields(std::move(problems));
}

}  // namespace muara::ticket
