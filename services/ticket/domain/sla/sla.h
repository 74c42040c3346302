// Promises of service: targets, the policies that hold them, and which of them a ticket is under.
// Pure; reads are thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/calendar/calendar.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class TargetKind {
  kFirstReply = 1,      // from opening to our first reply
  kNextReply = 2,       // from the contact's first message since our last reply to our next
  kPeriodicUpdate = 3,  // from each of our replies to the next, while the ticket is open
  kResolution = 4,      // from opening until RESOLVED; reopening goes on
  kQueueWait = 5,       // while nobody is assigned
};
constexpr TargetKind kTargetKinds[] = {TargetKind::kFirstReply, TargetKind::kNextReply,
                                       TargetKind::kPeriodicUpdate, TargetKind::kResolution,
                                       TargetKind::kQueueWait};
const char* TargetKindName(TargetKind kind);

constexpr size_t kPoliciesMax = 200;
constexpr size_t kCalendarsMax = 200;
constexpr size_t kRulesMax = 50;        // of one policy
constexpr size_t kRuleValuesMax = 100;  // of one condition
constexpr size_t kTargetsMax = 50;      // of one policy
constexpr auto kTargetMin = std::chrono::seconds(1);
constexpr auto kTargetMax = std::chrono::hours(24 * 366);

struct SlaTarget {
  TargetKind kind = TargetKind::kFirstReply;
  std::optional<Priority> priority;  // none: each that has no target of its own
  Duration duration{0};              // of working time
  std::string calendar_id;           // empty: round the clock
  double warn_share = 0;             // of the duration, below 1; 0: no warning
  std::vector<Status> pauses_on;
  bool operator==(const SlaTarget&) const = default;
};

// The states in which a target pauses where its policy does not say: we wait for someone else.
std::vector<Status> DefaultPauses();
// A ticket in such a state is done with: every clock ends in it, or stands still.
bool ClocksStop(Status status);

// What a ticket's people bring to the choice of its policy.
struct Parties {
  std::string contract_policy_id;  // of its account; empty: none
  std::vector<std::string> contact_tags;
  std::vector<std::string> account_tags;
};

// Holds where every condition that is given holds; each holds by any of its values.
struct SlaRule {
  std::string name;
  std::vector<std::string> queue_ids;
  std::vector<Priority> priorities;
  std::vector<Channel> channels;
  std::vector<std::string> tags;  // of the ticket
  std::vector<std::string> account_ids;
  std::vector<std::string> contact_tags;
  std::vector<std::string> account_tags;

  bool Holds(const Ticket& ticket, const Parties& parties) const;
};

struct SlaPolicy {
  std::string id;  // a slug
  std::string display_name;
  int position = 0;            // policies are asked from the lowest on; equal ones by id
  std::vector<SlaRule> rules;  // none: by contract alone
  std::vector<SlaTarget> targets;
  Time create_time;
  Time update_time;
  int version = 1;
};

// Everything that is wrong with a policy by itself.
std::vector<Violation> ProblemsOf(const SlaPolicy& policy);

// All policies and calendars as they stand at one version.
class SlaBook {
 public:
  // What a ticket is under; empty where no rule holds.
  struct Choice {
    const SlaPolicy* policy = nullptr;
    const SlaRule* rule = nullptr;
    Priority priority = Priority::kNormal;

    // Its promise of this kind, or none.
    const SlaTarget* Target(TargetKind kind) const;
  };

  SlaBook() = default;
  SlaBook(int64_t version, std::vector<SlaPolicy> policies,
          std::map<std::string, Schedule> schedules);

  int64_t version() const { return version_; }
  bool empty() const { return policies_.empty(); }
  const std::vector<SlaPolicy>& policies() const { return policies_; }
  // The same with this policy added or changed.
  SlaBook With(const SlaPolicy& policy) const;

  // Its account's contract, or the first rule of the first policy that holds. Points into this
  // book.
  Choice Choose(const Ticket& ticket, const Parties& parties = {}) const;
  // Does any rule ask for tags of the contact?
  bool asks_contact() const { return asks_contact_; }
  bool asks_account_tags() const { return asks_account_tags_; }

  // Reckoning by a target's calendar; nothing where the calendar has no such time.
  std::optional<Time> Add(const SlaTarget& target, Time start, Duration duration) const;
  Duration Between(const SlaTarget& target, Time from, Time to) const;

 private:
  const Schedule* ScheduleOf(const SlaTarget& target) const;

  int64_t version_ = 0;
  std::vector<SlaPolicy> policies_;
  std::map<std::string, Schedule> schedules_;
  bool asks_contact_ = false;
  bool asks_account_tags_ = false;
};

}  // namespace muara::ticket
