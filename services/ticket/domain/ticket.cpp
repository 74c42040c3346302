#include "services/ticket/domain/ticket.h"

#include <algorithm>

namespace muara::ticket {
namespace {

muara::Status WrongState(const Ticket& ticket, const char* move) {
  Error error = MakeError(
      Code::kFailedPrecondition, "WRONG_STATE",
      std::string("a ticket that is ") + StatusName(ticket.status) + " cannot be " + move);
  error.metadata.emplace_back("status", StatusName(ticket.status));
  return error;
}

void Open(Ticket& ticket) {
  ticket.status = Status::kOpen;
  ticket.resolve_time.reset();
  ticket.survey = {};
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
  }
  return "";
}

Reception Ticket::Receiving(Time now, const LifecyclePolicy& policy) const {
  switch (status) {
    case Status::kNew:
    case Status::kOpen:
      return Reception::kAdded;
    case Status::kPending:
      return Reception::kReopened;
    case Status::kResolved:
      return resolve_time && now > *resolve_time + policy.reopen_window ? Reception::kFollowUp
                                                                        : Reception::kReopened;
    case Status::kClosed:
      return Reception::kFollowUp;
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

muara::Status Ticket::Assign(const std::string& agent_id, const std::string& agent_name, Time now) {
  if (status == Status::kResolved || status == Status::kClosed)
    return WrongState(*this, "assigned");
  if (status == Status::kNew) status = Status::kOpen;
  assignee_id = agent_id;
  assignee_name = agent_name;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Reply(Time now) {
  if (status == Status::kClosed) return WrongState(*this, "replied to");
  if (status == Status::kNew) status = Status::kOpen;
  if (!first_reply_time) first_reply_time = now;
  last_outbound_time = now;
  Record(now);
  return Ok();
}

muara::Status Ticket::Note(Time now) {
  if (status == Status::kClosed) return WrongState(*this, "noted on");
  Record(now);
  return Ok();
}

muara::Status Ticket::Pend(Time now) {
  if (status != Status::kOpen) return WrongState(*this, "pended");
  status = Status::kPending;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Resolve(Time now) {
  if (status == Status::kResolved || status == Status::kClosed)
    return WrongState(*this, "resolved");
  status = Status::kResolved;
  resolve_time = now;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Reopen(Time now) {
  if (status != Status::kPending && status != Status::kResolved) {
    return WrongState(*this, "reopened");
  }
  Open(*this);
  update_time = now;
  return Ok();
}

muara::Status Ticket::Close(Time now) {
  if (status != Status::kResolved) return WrongState(*this, "closed");
  status = Status::kClosed;
  close_time = now;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Escalate(Time now) {
  if (status == Status::kClosed) return WrongState(*this, "escalated");
  if (status == Status::kResolved || status == Status::kPending) Open(*this);
  priority = std::max(priority, Priority::kHigh);
  flagged = true;
  update_time = now;
  return Ok();
}

muara::Status Ticket::Touch(Time now) {
  if (status == Status::kClosed) return WrongState(*this, "changed");
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
  if (expected == 0 || expected == ticket.version) return Ok();
  Error error = MakeError(Code::kAborted, "STALE_VERSION",
                          "the ticket has changed since it was read: read it again");
  error.metadata.emplace_back("version", std::to_string(ticket.version));
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
