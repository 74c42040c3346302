#include "services/ticket/domain/search/filter.h"

#include <algorithm>

namespace muara::ticket {
namespace {

template <class T>
bool Among(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool Within(const std::optional<Time>& from, const std::optional<Time>& before, Time time) {
  return (!from || time >= *from) && (!before || time < *before);
}

// Where there is no time, it lies in no span.
bool Within(const std::optional<Time>& from, const std::optional<Time>& before,
            const std::optional<Time>& time) {
  return (!from && !before) || (time && Within(from, before, *time));
}

// A bound of another type than the value's holds for nothing.
bool Holds(const FieldFilter& filter, const FieldValue& value) {
  const bool number = value.type == FieldType::kNumber || value.type == FieldType::kBoolean;
  if ((filter.number_from || filter.number_to) && !number) return false;
  if ((!filter.date_from.empty() || !filter.date_to.empty()) && number) return false;
  if (!Among(filter.any_of, value.text)) return false;
  if (filter.number_from && value.number < *filter.number_from) return false;
  if (filter.number_to && value.number > *filter.number_to) return false;
  return value.text >= filter.date_from && (filter.date_to.empty() || value.text <= filter.date_to);
}

bool Holds(const FieldFilter& filter, const Ticket& ticket) {
  const auto value = std::find_if(ticket.fields.begin(), ticket.fields.end(),
                                  [&](const FieldValue& one) { return one.key == filter.key; });
  if (value == ticket.fields.end()) return filter.unset;
  return !filter.unset && Holds(filter, *value);
}

bool HasStatus(const Filter& filter, const Ticket& ticket) {
  const bool put_away = ticket.status == Status::kSpam || ticket.status == Status::kDeleted;
  return filter.statuses.empty() ? !put_away : Among(filter.statuses, ticket.status);
}

bool IsOfContact(const Filter& filter, const Ticket& ticket) {
  if (!filter.contact_group.empty()) return Among(filter.contact_group, ticket.contact_id);
  return filter.contact_id.empty() || filter.contact_id == ticket.contact_id;
}

}  // namespace

bool Matches(const Filter& filter, const Ticket& ticket) {
  const bool tagged = std::all_of(filter.tags.begin(), filter.tags.end(), [&](const auto& tag) {
    return std::find(ticket.tags.begin(), ticket.tags.end(), tag) != ticket.tags.end();
  });
  return tagged && HasStatus(filter, ticket) && Among(filter.priorities, ticket.priority) &&
         Among(filter.channels, ticket.channel) && Among(filter.queue_ids, ticket.queue_id) &&
         Among(filter.assignee_ids, ticket.assignee_id) &&
         Among(filter.endpoints, ticket.endpoint) && IsOfContact(filter, ticket) &&
         Among(filter.account_ids, ticket.account_id) &&
         (!filter.flagged || *filter.flagged == ticket.flagged) &&
         Within(filter.created_from, filter.created_before, ticket.create_time) &&
         Within(filter.updated_from, filter.updated_before, ticket.update_time) &&
         Among(filter.types, ticket.type) && Among(filter.dispositions, ticket.disposition) &&
         Among(filter.status_names, ticket.status_name) &&
         Among(filter.escalation_levels, ticket.escalation_level) &&
         std::all_of(filter.fields.begin(), filter.fields.end(),
                     [&](const FieldFilter& one) { return Holds(one, ticket); }) &&
         Within(filter.resolved_from, filter.resolved_before, ticket.resolve_time) &&
         Within(filter.last_inbound_from, filter.last_inbound_before, ticket.last_inbound_time) &&
         (filter.merged_into.empty() || filter.merged_into == ticket.merged_into);
}

}  // namespace muara::ticket
