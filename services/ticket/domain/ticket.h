// A ticket and its lifecycle: NEW -> OPEN <-> PENDING | ON_HOLD | SNOOZED -> RESOLVED -> CLOSED,
// back by reopening, and out of it as MERGED, SPAM or DELETED. Every move is a method that either
// happens or says why not; time is an argument.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/ticket/domain/ids.h"
#include "services/ticket/domain/settings/custom_field.h"
#include "services/ticket/domain/transfer.h"

namespace muara {
class Schedule;
}  // namespace muara

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class Status {
  kNew = 1,
  kOpen = 2,
  kPending = 3,  // waits for the contact
  kResolved = 4,
  kClosed = 5,   // never changes again
  kOnHold = 6,   // waits for a third party
  kSnoozed = 7,  // waits for a time
  kMerged = 8,   // goes on in another ticket
  kSpam = 9,
  kDeleted = 10,
};
enum class Priority { kLow = 1, kNormal = 2, kHigh = 3, kUrgent = 4 };
enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };

const char* StatusName(Status status);
// Work that is not done: NEW, OPEN and what waits.
bool IsOpen(Status status);
// PENDING, ON_HOLD, SNOOZED: nobody's work until something comes.
bool IsWaiting(Status status);
// CLOSED, MERGED: what comes is kept beside it, it goes on elsewhere.
bool IsOver(Status status);
// SPAM, DELETED: out of everyone's sight, and may be brought back.
bool IsRemoved(Status status);

constexpr size_t kSubjectBytesMax = 998;
constexpr size_t kTextBytesMax = 256 * 1024;
constexpr size_t kTagsMax = 200;
constexpr size_t kTagBytesMax = 100;
constexpr Duration kUntilMax = std::chrono::hours(24 * 366);
constexpr int kEscalationLevelMax = 9;

// How long a merge can be undone.
constexpr Duration kUnmergeWindow = std::chrono::hours(24);

// A survey that waits for the contact's answer.
struct OpenSurvey {
  std::string id;
  int minimum = 0;
  int maximum = 0;
};

// What the contact's message does to a ticket.
enum class Reception {
  kAdded,     // one more message
  kReopened,  // and the ticket is work again
  kFollowUp,  // the ticket is over: a new one goes on
  kKept,      // nobody is woken for what was put away as spam or deleted
};

struct LifecyclePolicy {
  // How long after resolving a message of the contact reopens; later it opens a follow-up.
  Duration reopen_window = std::chrono::hours(96);
  // How long after resolving the ticket closes by itself.
  Duration close_after = std::chrono::hours(96);
  // The business calendar in which both count, made ready; none: the calendar on the wall.
  std::shared_ptr<const Schedule> schedule = nullptr;

  // Of a ticket that was resolved then: the last moment at which a message reopens it, and when it
  // closes.
  Time ReopensUntil(Time resolved) const;
  Time ClosesAt(Time resolved) const;
};

struct Ticket {
  TicketId id;
  std::string reference;
  Status status = Status::kNew;
  std::string subject;
  Channel channel = Channel::kEmail;
  std::string endpoint;
  std::string conversation;
  std::string queue_id;
  Priority priority = Priority::kNormal;
  ContactId contact_id;
  std::string contact_name;
  AccountId account_id;  // of its contact; empty: none
  std::string assignee_id;
  std::string assignee_name;
  std::vector<std::string> tags;
  bool flagged = false;
  TicketId follow_up_of;
  int interaction_count = 0;
  OpenSurvey survey;
  Time create_time;
  Time update_time;
  std::optional<Time> first_reply_time;
  std::optional<Time> resolve_time;
  std::optional<Time> close_time;
  std::optional<Time> last_inbound_time;
  std::optional<Time> last_outbound_time;
  // PENDING, SNOOZED: when it comes back by itself. Kept while it is put away.
  std::optional<Time> until;
  std::optional<Time> close_due;      // RESOLVED: when it closes by itself
  std::optional<Status> held_status;  // SPAM, DELETED, MERGED: what it was
  TicketId merged_into;               // MERGED: where it goes on
  std::optional<Time> merge_time;
  TicketId split_from;  // whose interactions it was opened with
  std::string flag_note;
  std::string flag_reason;  // UPPER_SNAKE
  std::string type;         // a slug, or empty
  std::string disposition;  // how it was resolved
  int escalation_level = 0;
  std::vector<FieldValue> fields;  // of those that are declared
  std::string status_name;         // one of the organisation's names of this status, or empty
  // The earliest due time of its clocks that go. It follows from them: the version does not grow
  // where it alone changes.
  std::optional<Time> next_due;
  int version = 0;  // grows by one with every save

  // What a message of the contact would do now. Machine mail never reopens and opens no follow-up.
  Reception Receiving(Time now, const LifecyclePolicy& policy) const;
  // The contact wrote; not for kFollowUp.
  muara::Status Receive(Time now, const LifecyclePolicy& policy);
  // A machine wrote, or the contact answered a survey: the ticket stays as it is.
  void Record(Time now);
  // When something happens to it by itself: it comes back, or closes.
  std::optional<Time> Due() const;

  muara::Status Assign(const std::string& agent_id, const std::string& agent_name, Time now);
  // Nobody's again, and its state stays; NOT_ASSIGNED where it was.
  muara::Status Unassign(Time now);
  muara::Status Reply(Time now);
  muara::Status Note(Time now);
  // Without `until` it waits for the contact for ever.
  muara::Status Pend(std::optional<Time> until, Time now);
  muara::Status Hold(Time now);
  muara::Status Snooze(Time until, Time now);
  muara::Status Resolve(const std::string& disposition, Time now, const LifecyclePolicy& policy);
  muara::Status Reopen(Time now);
  // What waited until a time: NOT_DUE before it.
  muara::Status Wake(Time now);
  muara::Status Close(Time now);
  muara::Status MarkSpam(Time now);
  muara::Status Delete(Time now);
  // What it was before it was put away; a snooze that has passed meanwhile ends at once.
  muara::Status Restore(Time now);
  muara::Status UnmarkSpam(Time now);
  // It goes on in another one.
  muara::Status Merge(const TicketId& into, Time now);
  // What it was; UNMERGE_WINDOW_OVER after a day.
  muara::Status Unmerge(Time now);
  // To a queue of more knowledge: nobody's there yet, its clocks run on. LEVEL_NOT_HIGHER where it
  // is there already.
  muara::Status Escalate(const std::string& queue, int level, Time now);
  // Nobody's until somebody there takes it; its state and clocks stay. TRANSFER_CHANGES_NOTHING
  // where it is there already.
  muara::Status Transfer(const TransferTarget& to, Time now);
  // A supervisor should look: reopened where that is possible, more urgent, flagged.
  muara::Status Alert(Time now);
  // Any change of fields; what is over or put away does not change.
  muara::Status Touch(Time now);
};

// Ten letters and digits without look-alikes, out of the id's random part.
std::string ReferenceOf(const TicketId& id);

// STALE_VERSION where `expected` is neither 0 nor the version.
muara::Status CheckVersion(const Ticket& ticket, int expected);
muara::Status CheckVersion(int version, int expected);

// The score, if the text is nothing but a number on the survey's scale.
std::optional<int> SurveyScoreIn(const std::string& text, const OpenSurvey& survey);

}  // namespace muara::ticket
