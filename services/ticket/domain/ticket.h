// A ticket and its lifecycle: NEW -> OPEN <-> PENDING -> RESOLVED -> CLOSED, and back by reopening.
// Every move is a method that either happens or says why not; time is an argument.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class Status { kNew = 1, kOpen = 2, kPending = 3, kResolved = 4, kClosed = 5 };
enum class Priority { kLow = 1, kNormal = 2, kHigh = 3, kUrgent = 4 };
enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };

const char* StatusName(Status status);

constexpr size_t kSubjectBytesMax = 998;
constexpr size_t kTextBytesMax = 256 * 1024;
constexpr size_t kTagsMax = 200;
constexpr size_t kTagBytesMax = 100;

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
};

struct LifecyclePolicy {
  // How long after resolving a message of the contact reopens; later it opens a follow-up.
  Duration reopen_window = std::chrono::hours(96);
  // How long after resolving the ticket closes by itself.
  Duration close_after = std::chrono::hours(96);
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
  int version = 0;  // grows by one with every save

  // What a message of the contact would do now. Machine mail never reopens and opens no follow-up.
  Reception Receiving(Time now, const LifecyclePolicy& policy) const;
  // The contact wrote; not for kFollowUp.
  muara::Status Receive(Time now, const LifecyclePolicy& policy);
  // A machine wrote, or the contact answered a survey: the ticket stays as it is.
  void Record(Time now);

  muara::Status Assign(const std::string& agent_id, const std::string& agent_name, Time now);
  muara::Status Reply(Time now);
  muara::Status Note(Time now);
  muara::Status Pend(Time now);
  muara::Status Resolve(Time now);
  muara::Status Reopen(Time now);
  muara::Status Close(Time now);
  // A supervisor should look: reopened where that is possible, more urgent, flagged.
  muara::Status Escalate(Time now);
  // Any change of fields; CLOSED tickets do not change.
  muara::Status Touch(Time now);
};

// Ten letters and digits without look-alikes, out of the id's random part.
std::string ReferenceOf(const TicketId& id);

// STALE_VERSION where `expected` is neither 0 nor the ticket's version.
muara::Status CheckVersion(const Ticket& ticket, int expected);

// The score, if the text is nothing but a number on the survey's scale.
std::optional<int> SurveyScoreIn(const std::string& text, const OpenSurvey& survey);

}  // namespace muara::ticket
