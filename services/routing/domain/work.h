// Agents, queues, work items and offers: what routing knows, as plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/routing/domain/capacity.h"
#include "services/routing/domain/hours.h"
#include "services/routing/domain/requirement.h"

namespace muara::routing {

// Numbers as on the wire and in the store.
enum class AgentStatus { kAvailable = 1, kAway = 2, kOffline = 3 };
// Whether an agent is there: the best of its sessions.
enum class Connection { kLive = 1, kSuspect = 2, kNone = 3 };
enum class ItemStatus {
  kQueued = 1,
  kOffered = 2,
  kAssigned = 3,
  kParked = 4,
  kDone = 5,
  kWrapping = 6,  // its ticket has ended, and its agent still finishes it: capacity is held
  kExpired = 7    // it has waited its maximum, and is offered to nobody until it is work again
};
enum class OfferStatus {
  kPending = 1,
  kAccepted = 2,
  kRejected = 3,
  kTimedOut = 4,
  kRescinded = 5,
  kLost = 6  // its agent was lost
};
// Who of the able and free agents gets the work; what is equal goes to the longest idle, then the
// least loaded, then by id.
enum class Balance {
  kLongestIdle = 1,
  kLeastLoaded = 2,  // used / capacity
  kProficiency = 3,  // the sum of the levels of what is needed
  kShare = 4         // to each as its share of the work says
};
// What goes first within a queue.
enum class Order {
  kPriority = 1,  // points of priority and of waiting
  kDueTime = 2    // the earliest due; what has no due time as if it were due kDueAfter after coming
};
// How long work waits for its preferred agent alone.
enum class Preference {
  kSticky = 1,   // who knows the contact: must be able to do it like everybody
  kDirected = 2  // who was named by a person: need not be of the queue, nor have the skills
};

// What waits in a queue that is closed, or comes into it.
enum class ClosedHours {
  kWait = 1,     // until it opens
  kOverflow = 2  // in the overflow queue, at once
};
// What has waited its maximum.
enum class MaxWaitAction {
  kFlag = 1,   // waits on, and a supervisor is told
  kExpire = 2  // waits no longer, and a supervisor is told
};

constexpr int kCapacityDefault = 4;
constexpr int kCapacityMax = 1000;
constexpr int kPriorityMax = 100;
constexpr int kAgeingMax = 100;
constexpr int kOfferSecondsDefault = 30;
constexpr int kOfferSecondsMax = 600;
constexpr int64_t kServedUnit = 100000;
constexpr int kTierMax = 9;
constexpr int kShareMax = 100;
constexpr int kWrapUpSecondsMax = 3600;
constexpr int kWaitSecondsMax = 30 * 24 * 3600;
constexpr Duration kDueAfter = std::chrono::hours(1);
// Why work is where it is, and why somebody has it, where more than one room goes by it.
inline constexpr const char* kTransferred = "QUEUED_TRANSFER";
inline constexpr const char* kTransferAgentUnknown = "TRANSFER_AGENT_UNKNOWN";
inline constexpr const char* kMaxWait = "MAX_WAIT";
inline constexpr const char* kPulled = "pulled";

constexpr size_t kListMax = 200;  // skills, queues, requirements of one thing
constexpr size_t kRingsMax = 10;  // of one requirement

struct Agent {
  std::string id;
  std::string display_name;
  std::vector<Skill> skills;
  std::vector<std::string> queue_ids;
  int capacity = kCapacityDefault;
  Load load;  // what is offered to or held by the agent
  // Units past the capacity that were let in on purpose: given directly, set aside for what
  // interrupts them, or there when the capacity was lowered. The store takes no others.
  int excess = 0;
  int share = 1;       // 1 to 100, for queues that share their work out
  int64_t served = 0;  // offers had, each counted as kServedUnit / share
  AgentStatus status = AgentStatus::kOffline;
  std::string status_reason;
  Time status_time;
  Connection connection = Connection::kNone;  // as the leader last judged it
  Time connection_time;                       // since when; Time(): it was never there
  Time idle_since;  // when work last ended; an offer alone does not reset it
  int missed_offers = 0;
  int version = 1;

  bool WorksOn(const std::string& queue_id) const;
  int LevelOf(const std::string& skill) const;  // 0: none
  int used() const { return load.total(); }
  int over() const { return used() > capacity ? used() - capacity : 0; }
  // Has it asked for work, and is it there to take it?
  bool TakesOffers() const {
    return status == AgentStatus::kAvailable && connection == Connection::kLive;
  }
};

struct Queue {
  std::string id;
  std::string display_name;
  int priority = 0;
  int ageing_per_minute = 1;  // points that an item gains for each minute of waiting
  int offer_timeout_seconds = kOfferSecondsDefault;
  Requirements requirements;
  int tier = 0;  // 0 to 9; work of a lower one goes first, whatever its points
  Order order = Order::kPriority;
  Balance balance = Balance::kLongestIdle;
  int preferred_seconds = 0;  // how long work waits for its preferred agent alone
  // After waiting so long, work that needs more room than any able agent has left gets one agent
  // kept free of what ranks below it; 0: never.
  int hold_back_seconds = 0;
  int overflow_seconds = 0;  // after waiting so long, work moves to the overflow queue; 0: never
  std::string overflow_queue_id;
  int wrap_up_seconds = 0;  // how long work that has ended stays with its agent; 0: not at all
  std::string calendar_id;  // nothing is offered outside its hours; empty: always open
  ClosedHours closed_hours = ClosedHours::kWait;
  bool agents_may_pull = false;  // take what waits by themselves; supervisors always may
  int max_wait_seconds = 0;      // of its working time, as overflow_seconds; 0: for ever
  MaxWaitAction max_wait_action = MaxWaitAction::kFlag;
  int version = 1;
  int waiting = 0;
  SharedHours hours;      // of calendar_id
  int hours_version = 0;  // of the calendar as it is kept; 0: there is none

  bool OpenAt(Time time) const { return hours == nullptr || hours->schedule.OpenAt(time); }
  // When it opens or closes next; nothing: never.
  std::optional<Time> NextChange(Time time) const;
};

struct WorkItem {
  std::string id;  // the ticket's
  std::string queue_id;
  std::string home_queue_id;  // the ticket's; it waits in another one after an overflow
  ItemStatus status = ItemStatus::kQueued;
  Channel channel = Channel::kEmail;
  int weight = 1;
  int priority = 0;               // 0 to 100
  int ticket_priority = 0;        // its ticket's
  bool priority_by_hand = false;  // not its ticket's
  std::string agent_id;
  std::string offer_id;
  Time enqueue_time;
  std::string subject;
  std::string ticket_reference;
  std::string preferred_agent_id;
  // Until then nobody else gets it, as long as the preferred agent is available and may have it.
  Time preferred_until;
  Preference preference = Preference::kSticky;
  Requirements requirements;           // beside those of the queue
  Time due_time;                       // by the service level; Time(): none
  Time wrap_up_until;                  // while kWrapping
  int wrap_up_extendable_seconds = 0;  // by how much it may still be made longer
  Time wait_start;          // where its wait began later than it came; Time(): it did not
  Time queue_start;         // when it moved into its queue; Time(): it came there
  bool is_overdue = false;  // in this wait, it has waited its maximum
  std::string reason;
  std::map<std::string, Time> excluded;  // agents passed over, until when
  int version = 1;

  bool Excludes(const std::string& agent_id, Time now) const;
  // The maximum wait counts from here.
  Time WaitStart() const { return wait_start == Time() ? enqueue_time : wait_start; }
  // Its wait in its queue; overflow counts from here.
  Time QueueStart() const { return queue_start > WaitStart() ? queue_start : WaitStart(); }
  // Into another queue, where it waits from then on.
  void MoveTo(const std::string& to_queue_id, Time now);
  // It is done: what people asked of it by hand ends with it.
  void Finish(const char* why);
  void ForgetWishes();
  // It waits elsewhere already, and does not overflow again.
  bool HasOverflowed() const { return !home_queue_id.empty() && home_queue_id != queue_id; }
};

struct Offer {
  std::string id;
  std::string work_item_id;
  std::string agent_id;
  std::string queue_id;
  OfferStatus status = OfferStatus::kPending;
  Time create_time;
  Time expire_time;
  std::string subject;
  std::string ticket_reference;
  Channel channel = Channel::kEmail;
  std::string why;
  int64_t epoch = 0;  // of the leader that made it

  // Made by whoever took the work, past the leader.
  bool IsPulled() const { return epoch == 0; }
};

// Every field that breaks a limit, named.
Status Validate(const Agent& agent);
Status Validate(const Queue& queue);

}  // namespace muara::routing
