// Which tickets are meant: by every field, for lists, saved views and searches. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

constexpr size_t kFilterValuesMax = 50;  // of each field
constexpr size_t kFilterValueBytesMax = 320;

struct Filter {
  // Any of these; empty: whatever it is, but not put away (SPAM, DELETED) for a status.
  std::vector<Status> statuses;
  std::vector<Priority> priorities;
  std::vector<Channel> channels;
  std::vector<std::string> queue_ids;
  std::vector<std::string> assignee_ids;  // "": nobody
  std::vector<std::string> endpoints;
  ContactId contact_id;
  std::vector<std::string> tags;  // all of these
  std::optional<bool> flagged;
  // From (with it) and before (without it).
  std::optional<Time> created_from;
  std::optional<Time> created_before;
  std::optional<Time> updated_from;
  std::optional<Time> updated_before;
};

bool Matches(const Filter& filter, const Ticket& ticket);

}  // namespace muara::ticket
