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

bool HasStatus(const Filter& filter, const Ticket& ticket) {
  const bool put_away = ticket.status == Status::kSpam || ticket.status == Status::kDeleted;
  return filter.statuses.empty() ? !put_away : Among(filter.statuses, ticket.status);
}

}  // namespace

bool Matches(const Filter& filter, const Ticket& ticket) {
  const bool tagged = std::all_of(filter.tags.begin(), filter.tags.end(), [&](const auto& tag) {
    return std::find(ticket.tags.begin(), ticket.tags.end(), tag) != ticket.tags.end();
  });
  return tagged && HasStatus(filter, ticket) && Among(filter.priorities, ticket.priority) &&
         Among(filter.channels, ticket.channel) && Among(filter.queue_ids, ticket.queue_id) &&
         Among(filter.assignee_ids, ticket.assignee_id) &&
         Among(filter.endpoints, ticket.endpoint) &&
         (filter.contact_id.empty() || filter.contact_id == ticket.contact_id) &&
         (!filter.flagged || *filter.flagged == ticket.flagged) &&
         Within(filter.created_from, filter.created_before, ticket.create_time) &&
         Within(filter.updated_from, filter.updated_before, ticket.update_time);
}

}  // namespace muara::ticket
