#include "services/ticket/domain/settings/queue_policy.h"

#include <algorithm>
#include <set>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoSlug = "is not 1 to 64 of a-z 0-9 and '-'";

void CheckDuration(std::vector<Violation>& out, const char* field, Duration value) {
  if (value >= kPolicyDurationMin && value <= kPolicyDurationMax) return;
  out.push_back({field, "is not 1 to 525600"});
}

void CheckDispositions(std::vector<Violation>& out, const QueuePolicy& policy) {
  if (policy.dispositions.size() > kDispositionsMax) {
    out.push_back({"dispositions", "are more than 100"});
  }
  if (policy.disposition_required && policy.dispositions.empty()) {
    out.push_back({"dispositions", "are required, and there are none"});
  }
  std::set<std::string> codes;
  for (const Disposition& one : policy.dispositions) {
    if (!IsSlug(one.code)) out.push_back({"dispositions.code", kNoSlug});
    if (!codes.insert(one.code).second) out.push_back({"dispositions.code", "is there twice"});
    if (one.name.empty() || one.name.size() > kLabelBytesMax) {
      out.push_back({"dispositions.name", "is not 1 to 100 bytes"});
    }
  }
}

}  // namespace

muara::Status QueuePolicy::CheckDisposition(const std::string& code) const {
  const auto is_it = [&](const Disposition& one) { return one.code == code; };
  if (code.empty() && !disposition_required) return Ok();
  if (std::any_of(dispositions.begin(), dispositions.end(), is_it)) return Ok();
  std::string codes;
  for (const Disposition& one : dispositions) codes += (codes.empty() ? "" : ", ") + one.code;
  if (!code.empty()) {
    return InvalidFields({{"disposition", codes.empty() ? "this queue has none"
                                                        : "is not one of this queue: " + codes}});
  }
  Error error = MakeError(Code::kFailedPrecondition, "DISPOSITION_REQUIRED",
                          "tickets of this queue are resolved with a disposition");
  error.metadata.emplace_back("dispositions", codes);
  return error;
}

Result<std::string> QueuePolicy::EscalationQueue(int level) const {
  if (level >= 1 && level <= static_cast<int>(escalation_queue_ids.size())) {
    return escalation_queue_ids[level - 1];
  }
  Error error = MakeError(Code::kFailedPrecondition, "NO_ESCALATION_TARGET",
                          "this queue has no target for this level: name a queue");
  error.metadata.emplace_back("level", std::to_string(level));
  return error;
}

muara::Status Validate(const QueuePolicy& policy) {
  std::vector<Violation> out;
  if (!IsSlug(policy.queue_id)) out.push_back({"queue_id", kNoSlug});
  CheckDuration(out, "reopen_window_minutes", policy.lifecycle.reopen_window);
  CheckDuration(out, "close_after_minutes", policy.lifecycle.close_after);
  if (!policy.calendar_id.empty() && !IsSlug(policy.calendar_id)) {
    out.push_back({"calendar_id", kNoSlug});
  }
  CheckDispositions(out, policy);
  if (policy.escalation_queue_ids.size() > kEscalationLevelMax) {
    out.push_back({"escalation_queue_ids", "are more than 9"});
  }
  for (const std::string& queue : policy.escalation_queue_ids) {
    if (!IsSlug(queue)) out.push_back({"escalation_queue_ids", kNoSlug});
  }
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

}  // namespace muara::ticket
