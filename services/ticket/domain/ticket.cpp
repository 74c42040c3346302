#include "services/ticket/domain/ticket.h"

#include <algorithm>

#include "libs/calendar/calendar.h"

namespace muara::ticket {
namespace {

// Policies are kept only with a calendar that has as much time; one that has lost it since, by
// its holidays, ends what it counts at its horizon.
Time After(Time start, Duration duration, const Schedule* schedule) {
  if (schedule == nullptr) return start + duration;
  const auto counted = schedule->AddWorkingTime(start, duration);
  return counted.value_or(start + std::chrono::duration_cast<Duration>(Schedule::kHorizon));
}

muara::Status WrongState(const Ticket& ticket, const char* move) {
  Error error = MakeError(
      Code::kFailedPrecondition, "WRONG_STATE",
      std::string("a ticket that is ") + StatusName(ticket.status) + " cannot be " + move);
  error.metadata.emplace_back("status", StatusName(ticket.status));
  return error;
}

void Enter(Ticket& ticket, Status status) {
  if (ticket.status != status) ticket.status_name.clear();  // it names the other one
  ticket.status = status;
}

void Open(Ticket& ticket) {
  Enter(ticket, Status::kOpen);
  ticket.resolve_time.reset();
  ticket.close_due.reset();
  ticket.until.reset();
  ticket.disposition.clear();
  ticket.survey = {};
}

bool IsEditable(Status status) { return IsOpen(status) || status == Status::kResolved; }

muara::Status CheckUntil(Time until, Time now) {
  if (until <= now) return InvalidFields({{"until_time", "is not in the future"}});
  if (until - now <= kUntilMax) return Ok();
  return InvalidFields({{"until_time", "is more than 366 days away"}});
}

muara::Status PutAway(Ticket& ticket, Status status, const char* move, Time now) {
  if (!IsOpen(ticket.status)) return WrongState(ticket, move);
  ticket.held_status = ticket.status;
  ticket.status = status;  // its own name comes back with it
  ticket.update_time = now;
  return Ok();
}

muara::Status BringBack(Ticket& ticket, Time now) {
  ticket.status = ticket.held_status.value_or(Status::kOpen);
  ticket.held_status.reset();
  ticket.update_time = now;
  return Ok();
}

}  // namespace

const char* StatusName(Status status) {
  switch (status) {
    case Status::kNew:
      return "NEW";
    case Status::kOpen:
      return "OPEN";
    case Status::kPending:
      return "PENDING";
    case Status::kResolved:
      return "RESOLVED";
    case Status::kClosed:
      return "CLOSED";
    case Status::kOnHold:
      return "ON_HOLD";
    case Status::kSnoozed:
      return "SNOOZED";
    case Status::kMerged:
      return "MERGED";
    case Status::kSpam:
      return "SPAM";
    case Status::kDeleted:
      return "DELETED";
  }
  return "";
}

bool IsWaiting(Status status) {
  return status == Status::kPending || status == Status::kOnHold || status == Status::kSnoozed;
}

bool IsOpen(Status status) {
  return status == Status::kNew || status == Status::kOpen || IsWaiting(status);
}

bool IsOver(Status status) { return status == Status::kClosed || status == Status::kMerged; }

bool IsRemoved(Status status) { return status == Status::kSpam || status == Status::kDeleted; }

Time LifecyclePolicy::ReopensUntil(Time resolved) const {
  return After(resolved, reopen_window, schedule.get());
}

Time LifecyclePolicy::ClosesAt(Time resolved) const {
  return After(resolved, close_after, schedule.get());
}

Reception Ticket::Receiving(Time now, const LifecyclePolicy& policy) const {
  switch (status) {
    case Status::kNew:
    case Status::kOpen:
      return Reception::kAdded;
    case Status::kPending:
    case Status::kOnHold:
    case Status::kSnoozed:
      return Reception::kReopened;
    case Status::kResolved:
      return resolve_time && now > policy.ReopensUntil(*resolve_time) ? Reception::kFollowUp
                                                                      : Reception::kReopened;
    case Status::kClosed:
    case Status::kMerged:
      return Reception::kFollowUp;
    case Status::kSpam:
    case Status::kDeleted:
      return Reception::kKept;
  }
  return Reception::kFollowUp;
}

muara::Status Ticket::Receive(Time now, const LifecyclePolicy& policy) {
  const Reception reception = Receiving(now, policy);
  if (reception == Reception::kFollowUp) return WrongState(*this, "written to");
  if (reception == Reception::kReopened) Open(*this);
  last_inbound_time = now;
  Record(now);
  return Ok();
}

void Ticket::Record(Time now) {
  ++interaction_count;
  update_time = now;
}

std::optional<Time> Ticket::Due() const {
  if (status == Status::kPending || status == Status::kSnoozed) return until;
  if (status == Status::kResolved) return close_due;
  return std::nullopt;
}

muara::Status Ticket::Assign(const std::string& agent_id, const std::string& agent_name, Time now) {
  if (!IsOpen(status)) return WrongState(*this, "assigned");
  if (status == Status::kNew) Enter(*this, Status::kOpen);
  assignee_id = agent_id;
  assignee_name = agent_name;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Unassign(Time now) {
  if (!IsOpen(status)) return WrongState(*this, "taken from its agent");
  if (assignee_id.empty()) {
    return MakeError(Code::kFailedPrecondition, "NOT_ASSIGNED", "the ticket is nobody's");
  }
  assignee_id.clear();
  assignee_name.clear();
  update_time = now;
  return Ok();
}

muara::Status Ticket::Reply(Time now) {
  if (!IsEditable(status)) return WrongState(*this, "replied to");
  if (status == Status::kNew) Enter(*this, Status::kOpen);
  if (!first_reply_time) first_reply_time = now;
  last_outbound_time = now;
  Record(now);
  return Ok();
}

muara::Status Ticket::Note(Time now) {
  if (!IsEditable(status)) return WrongState(*this, "noted on");
  Record(now);
  return Ok();
}

muara::Status Ticket::Pend(std::optional<Time> new_until, Time now) {
  if (status != Status::kOpen) return WrongState(*this, "pended");
  if (new_until) RETURN_IF_ERROR(CheckUntil(*new_until, now));
  Enter(*this, Status::kPending);
  until = new_until;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Hold(Time now) {
  if (status != Status::kOpen) return WrongState(*this, "put on hold");
  Enter(*this, Status::kOnHold);
  update_time = now;
  return Ok();
}

muara::Status Ticket::Snooze(Time new_until, Time now) {
  if (status != Status::kOpen) return WrongState(*this, "snoozed");
  RETURN_IF_ERROR(CheckUntil(new_until, now));
  Enter(*this, Status::kSnoozed);
  until = new_until;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Resolve(const std::string& new_disposition, Time now,
                              const LifecyclePolicy& policy) {
  if (!IsOpen(status)) return WrongState(*this, "resolved");
  Enter(*this, Status::kResolved);
  until.reset();
  disposition = new_disposition;
  resolve_time = now;
  close_due = policy.ClosesAt(now);
  update_time = now;
  return Ok();
}

muara::Status Ticket::Reopen(Time now) {
  if (!IsWaiting(status) && status != Status::kResolved) return WrongState(*this, "reopened");
  Open(*this);
  update_time = now;
  return Ok();
}

muara::Status Ticket::Wake(Time now) {
  if (status != Status::kPending && status != Status::kSnoozed) return WrongState(*this, "woken");
  if (!until || now < *until) {
    return MakeError(Code::kFailedPrecondition, "NOT_DUE", "its time has not come");
  }
  Open(*this);
  update_time = now;
  return Ok();
}

muara::Status Ticket::Close(Time now) {
  if (status != Status::kResolved) return WrongState(*this, "closed");
  Enter(*this, Status::kClosed);
  close_due.reset();
  close_time = now;
  update_time = now;
  return Ok();
}

muara::Status Ticket::MarkSpam(Time now) {
  return PutAway(*this, Status::kSpam, "marked as spam", now);
}

muara::Status Ticket::Delete(Time now) { return PutAway(*this, Status::kDeleted, "deleted", now); }

muara::Status Ticket::Restore(Time now) {
  if (!IsRemoved(status)) return WrongState(*this, "restored");
  return BringBack(*this, now);
}

muara::Status Ticket::UnmarkSpam(Time now) {
  if (status != Status::kSpam) return WrongState(*this, "unmarked as spam");
  return BringBack(*this, now);
}

muara::Status Ticket::Merge(const TicketId& into, Time now) {
  RETURN_IF_ERROR(PutAway(*this, Status::kMerged, "merged", now));
  merged_into = into;
  merge_time = now;
  return Ok();
}

muara::Status Ticket::Unmerge(Time now) {
  if (status != Status::kMerged) return WrongState(*this, "taken out of another one");
  if (merge_time && now > *merge_time + kUnmergeWindow) {
    return MakeError(Code::kFailedPrecondition, "UNMERGE_WINDOW_OVER",
                     "it was merged more than 24 hours ago");
  }
  merged_into = {};
  merge_time.reset();
  return BringBack(*this, now);
}

muara::Status Ticket::Escalate(const std::string& queue, int level, Time now) {
  if (!IsOpen(status)) return WrongState(*this, "escalated");
  if (level <= escalation_level) {
    Error error = MakeError(Code::kFailedPrecondition, "LEVEL_NOT_HIGHER",
                            "the ticket was escalated to this level already");
    error.metadata.emplace_back("level", std::to_string(escalation_level));
    return error;
  }
  queue_id = queue;
  escalation_level = level;
  assignee_id.clear();
  assignee_name.clear();
  update_time = now;
  return Ok();
}

muara::Status Ticket::Transfer(const TransferTarget& to, Time now) {
  if (!IsOpen(status)) return WrongState(*this, "transferred");
  const bool moves = !to.queue_id.empty() && to.queue_id != queue_id;
  const bool stays = to.agent_id.empty() ? assignee_id.empty() && !moves && to.skills.empty()
                                         : to.agent_id == assignee_id;
  if (stays) {
    return MakeError(Code::kFailedPrecondition, "TRANSFER_CHANGES_NOTHING",
                     "the ticket is with this agent, or waits in this queue, already");
  }
  if (moves) queue_id = to.queue_id;
  assignee_id.clear();
  assignee_name.clear();
  update_time = now;
  return Ok();
}

muara::Status Ticket::Alert(Time now) {
  if (!IsEditable(status)) return WrongState(*this, "escalated");
  if (status != Status::kNew && status != Status::kOpen) Open(*this);
  priority = std::max(priority, Priority::kHigh);
  flagged = true;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Touch(Time now) {
  if (!IsEditable(status)) return WrongState(*this, "changed");
  update_time = now;
  return Ok();
}

std::string ReferenceOf(const TicketId& id) {
  // Crockford's base 32: no I, L, O, U. 50 of the random bits at the end of a UUIDv7.
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  uint64_t bits = 0;
  for (const char c : id.value.substr(id.value.size() < 17 ? 0 : id.value.size() - 17)) {
    if (c == '-') continue;
    bits = (bits << 4) | static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  std::string reference;
  for (int i = 0; i < 10; ++i, bits >>= 5) reference.push_back(kDigits[bits & 31]);
  return reference;
}

muara::Status CheckVersion(const Ticket& ticket, int expected) {
  return CheckVersion(ticket.version, expected);
}

muara::Status CheckVersion(int version, int expected) {
  if (expected == 0 || expected == version) return Ok();
  Error error =
      MakeError(Code::kAborted, "STALE_VERSION", "it has changed since it was read: read it again");
  error.metadata.emplace_back("version", std::to_string(version));
  return error;
}

std::optional<int> SurveyScoreIn(const std::string& text, const OpenSurvey& survey) {
  if (survey.id.empty()) return std::nullopt;
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return std::nullopt;
  const std::string word = text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
  const bool digits = word.size() <= 2 && std::all_of(word.begin(), word.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  const int score = std::stoi(word);
  if (score < survey.minimum || score > survey.maximum) return std::nullopt;
  return score;
}

}  // namespace muara::ticket
