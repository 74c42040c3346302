// What the requests of this service have in common: their key, version, reason and texts.
#pragma once

#include <algorithm>

#include "libs/rpc/request.h"
#include "libs/rpc/server.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {

constexpr size_t kReasonBytesMax = 500;
constexpr size_t kReasonCodeMax = 64;
// Of one page of what people wrote: an answer must arrive, whatever it was.
constexpr size_t kPageBytesMax = 16 * 1024 * 1024;

// UPPER_SNAKE, as programs tell each other why.
inline bool IsReasonCode(const std::string& text) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return !text.empty() && text.size() <= kReasonCodeMax && is_upper(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_upper(c) || (c >= '0' && c <= '9') || c == '_'; });
}

inline muara::Status CheckText(const std::string& field, const std::string& text, size_t minimum,
                               size_t maximum) {
  if (text.size() < minimum) return InvalidFields({{field, "is required"}});
  if (text.size() <= maximum) return Ok();
  return InvalidFields({{field, "is longer than " + std::to_string(maximum) + " bytes"}});
}

template <class Request>
Result<Change> ChangeOf(const rpc::Call& call, const Request& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  Change change{TicketId{request.id()}, std::move(key), request.expected_version(),
                call.principal.subject};
  if constexpr (requires { request.reason(); }) {
    RETURN_IF_ERROR(CheckText("reason", request.reason(), 0, kReasonBytesMax));
    change.why = request.reason();
  }
  return change;
}

// Does the caller lead others?
inline bool Leads(const rpc::Call& call) {
  return call.principal.Has(rpc::Role::kSupervisor) || call.principal.Has(rpc::Role::kAdmin);
}

// Whom "me" means in a filter: nobody's tickets where the caller is no agent.
inline std::string MeOf(const rpc::Call& call) {
  return call.principal.agent_id().value_or(call.principal.subject);
}

inline Result<v1::Ticket> Answer(const Result<Ticket>& ticket) {
  if (!ticket.ok()) return ticket.error();
  return wire::ToProto(*ticket);
}

// For a change of what admins set.
template <class Request>
Result<Edit> EditOf(const rpc::Call& call, const Request& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  return Edit{std::move(key), request.expected_version(), call.principal.subject};
}

// Which fields an update sets, all checked.
Result<Update> UpdateOf(const v1::UpdateTicketRequest& request);

}  // namespace muara::ticket
