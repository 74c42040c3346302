// Which tickets are meant: by every field, for lists, saved views and searches. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

constexpr size_t kFilterValuesMax = 50;  // of each field
constexpr size_t kFilterValueBytesMax = 320;

constexpr size_t kFieldFiltersMax = 10;

// On the value of one declared field; with nothing but a key: it has any.
struct FieldFilter {
  std::string key;
  std::vector<std::string> any_of;
  std::optional<double> number_from;  // BOOLEAN as 0 or 1
  std::optional<double> number_to;    // with it
  std::string date_from;              // as 2026-03-01
  std::string date_to;                // with it
  bool unset = false;
};

struct Filter {
  // Any of these; empty: whatever it is, but not put away (SPAM, DELETED) for a status.
  std::vector<Status> statuses;
  std::vector<Priority> priorities;
  std::vector<Channel> channels;
  std::vector<std::string> queue_ids;
  std::vector<std::string> assignee_ids;  // "": nobody
  std::vector<std::string> endpoints;
  ContactId contact_id;
  // Whom it means, by merging: with these, the one above is not looked at.
  std::vector<ContactId> contact_group;
  std::vector<AccountId> account_ids;  // "": of no account
  std::vector<std::string> tags;       // all of these
  std::optional<bool> flagged;
  // From (with it) and before (without it).
  std::optional<Time> created_from;
  std::optional<Time> created_before;
  std::optional<Time> updated_from;
  std::optional<Time> updated_before;
  std::vector<std::string> types;  // "": those without one
  std::vector<std::string> dispositions;
  std::vector<std::string> status_names;
  std::vector<int> escalation_levels;
  std::vector<FieldFilter> fields;  // all of these
  std::optional<Time> resolved_from;
  std::optional<Time> resolved_before;
  std::optional<Time> last_inbound_from;
  std::optional<Time> last_inbound_before;
  TicketId merged_into;
};

bool Matches(const Filter& filter, const Ticket& ticket);

}  // namespace muara::ticket
