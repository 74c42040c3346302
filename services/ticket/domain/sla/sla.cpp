#include "services/ticket/domain/sla/sla.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

template <class T>
bool Has(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

template <class T>
bool AnyOrHas(const std::vector<T>& values, const T& value) {
  return values.empty() || Has(values, value);
}

bool AnyOrShared(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                       [&](const std::string& one) { return Has(there, one); });
}

// What is shown as the rule where a contract chose.
const SlaRule& ContractRule() {
  static const SlaRule kRule{"account contract", {}, {}, {}, {}, {}, {}, {}};
  return kRule;
}

std::string ProblemOf(const SlaRule& rule) {
  if (rule.name.size() > 256) return "has a name of more than 256 bytes";
  const size_t most = std::max({rule.queue_ids.size(), rule.priorities.size(), rule.channels.size(),
                                rule.tags.size(), rule.account_ids.size(), rule.contact_tags.size(),
                                rule.account_tags.size()});
  if (most > kRuleValuesMax) return "has a condition of more than 100 values";
  for (const std::string& queue : rule.queue_ids) {
    if (!IsSlug(queue)) return "names a queue that is not 1 to 64 of a-z 0-9 and '-'";
  }
  for (const auto* tags : {&rule.tags, &rule.contact_tags, &rule.account_tags}) {
    for (const std::string& tag : *tags) {
      if (tag.empty() || tag.size() > kTagBytesMax) return "has a tag that is not 1 to 100 bytes";
    }
  }
  for (const std::string& account : rule.account_ids) {
    if (account.empty() || account.size() > 64) return "names an account that is not 1 to 64 bytes";
  }
  return "";
}

std::string ProblemOf(const SlaTarget& target) {
  if (target.duration < kTargetMin || target.duration > kTargetMax) {
    return "has a duration that is not 1 s to 366 days";
  }
  if (!(target.warn_share >= 0 && target.warn_share < 1)) {
    return "has a warn_share that is not 0 or more and below 1";
  }
  return "";
}

}  // namespace

const char* TargetKindName(TargetKind kind) {
  switch (kind) {
    case TargetKind::kFirstReply:
      return "FIRST_REPLY";
    case TargetKind::kNextReply:
      return "NEXT_REPLY";
    case TargetKind::kPeriodicUpdate:
      return "PERIODIC_UPDATE";
    case TargetKind::kResolution:
      return "RESOLUTION";
    case TargetKind::kQueueWait:
      return "QUEUE_WAIT";
  }
  return "";
}

std::vector<Status> DefaultPauses() {
  return {Status::kPending, Status::kOnHold, Status::kSnoozed};
}

bool ClocksStop(Status status) {
  switch (status) {
    case Status::kNew:
    case Status::kOpen:
    case Status::kPending:
    case Status::kOnHold:
    case Status::kSnoozed:
      return false;
    case Status::kResolved:
    case Status::kClosed:
    case Status::kMerged:
    case Status::kSpam:
    case Status::kDeleted:
      return true;
  }
  return true;
}

bool SlaRule::Holds(const Ticket& ticket, const Parties& parties) const {
  return AnyOrShared(tags, ticket.tags) && AnyOrHas(queue_ids, ticket.queue_id) &&
         AnyOrHas(priorities, ticket.priority) && AnyOrHas(channels, ticket.channel) &&
         AnyOrHas(account_ids, ticket.account_id.value) &&
         AnyOrShared(contact_tags, parties.contact_tags) &&
         AnyOrShared(account_tags, parties.account_tags);
}

std::vector<Violation> ProblemsOf(const SlaPolicy& policy) {
  std::vector<Violation> problems;
  if (!IsSlug(policy.id)) problems.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (policy.display_name.size() > 256) {
    problems.push_back({"display_name", "is longer than 256 bytes"});
  }
  if (policy.rules.size() > kRulesMax) problems.push_back({"rules", "are over 50"});
  if (policy.targets.empty() || policy.targets.size() > kTargetsMax) {
    problems.push_back({"targets", "are not 1 to 50"});
  }
  for (const SlaRule& rule : policy.rules) {
    const std::string problem = ProblemOf(rule);
    if (!problem.empty()) problems.push_back({"rules", problem});
  }
  std::set<std::tuple<TargetKind, std::optional<Priority>>> known;
  for (const SlaTarget& target : policy.targets) {
    std::string problem = ProblemOf(target);
    if (!known.insert({target.kind, target.priority}).second) {
      problem = "has two of one kind and priority";
    }
    if (!problem.empty()) problems.push_back({"targets", problem});
  }
  return problems;
}

const SlaTarget* SlaBook::Choice::Target(TargetKind kind) const {
  const SlaTarget* any = nullptr;
  if (policy == nullptr) return any;
  for (const SlaTarget& target : policy->targets) {
    if (target.kind != kind) continue;
    if (target.priority == priority) return &target;
    if (!target.priority) any = &target;
  }
  return any;
}

SlaBook::SlaBook(int64_t version, std::vector<SlaPolicy> policies,
                 std::map<std::string, Schedule> schedules)
    : version_(version), policies_(std::move(policies)), schedules_(std::move(schedules)) {
  std::sort(policies_.begin(), policies_.end(), [](const SlaPolicy& a, const SlaPolicy& b) {
    return std::tie(a.position, a.id) < std::tie(b.position, b.id);
  });
  for (const SlaPolicy& policy : policies_) {
    for (const SlaRule& rule : policy.rules) {
      asks_contact_ = asks_contact_ || !rule.contact_tags.empty();
      asks_account_tags_ = asks_account_tags_ || !rule.account_tags.empty();
    }
  }
}

SlaBook SlaBook::With(const SlaPolicy& policy) const {
  std::vector<SlaPolicy> policies;
  for (const SlaPolicy& one : policies_) {
    if (one.id != policy.id) policies.push_back(one);
  }
  policies.push_back(policy);
  return SlaBook(version_, std::move(policies), schedules_);
}

SlaBook::Choice SlaBook::Choose(const Ticket& ticket, const Parties& parties) const {
  for (const SlaPolicy& policy : policies_) {
    if (policy.id != parties.contract_policy_id) continue;
    return {&policy, &ContractRule(), ticket.priority};
  }
  for (const SlaPolicy& policy : policies_) {
    for (const SlaRule& rule : policy.rules) {
      if (rule.Holds(ticket, parties)) return {&policy, &rule, ticket.priority};
    }
  }
  return {nullptr, nullptr, ticket.priority};
}

const Schedule* SlaBook::ScheduleOf(const SlaTarget& target) const {
  const auto found = schedules_.find(target.calendar_id);
  return found == schedules_.end() ? nullptr : &found->second;
}

std::optional<Time> SlaBook::Add(const SlaTarget& target, Time start, Duration duration) const {
  if (target.calendar_id.empty()) return start + duration;
  const Schedule* schedule = ScheduleOf(target);
  return schedule == nullptr ? std::nullopt : schedule->AddWorkingTime(start, duration);
}

Duration SlaBook::Between(const SlaTarget& target, Time from, Time to) const {
  if (target.calendar_id.empty()) return std::max(Duration(0), to - from);
  const Schedule* schedule = ScheduleOf(target);
  return schedule == nullptr ? Duration(0) : schedule->WorkingTimeBetween(from, to);
}

}  // namespace muara::ticket
