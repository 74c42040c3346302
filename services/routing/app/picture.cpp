#include "services/routing/app/picture.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "services/routing/store/people.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr int kPage = 5000;
constexpr int kChangedMax = 50000;

// `list(limit, after)` page by page, until `limit` or the end.
template <class T, class List>
Result<std::vector<T>> All(int limit, const List& list) {
  std::vector<T> all;
  std::string after;
  while (static_cast<int>(all.size()) < limit) {
    const int asked = std::min(kPage, limit - static_cast<int>(all.size()));
    ASSIGN_OR_RETURN(auto page, list(asked, after));
    const bool last = static_cast<int>(page.size()) < asked;
    if (!page.empty()) after = page.back().id;
    std::move(page.begin(), page.end(), std::back_inserter(all));
    if (last) break;
  }
  return all;
}

}  // namespace

Result<std::vector<Agent>> AllAgents(sql::Tx& tx, int limit) {
  return All<Agent>(limit, [&](int size, const std::string& after) {
    return store::ListAgents(tx, size, after);
  });
}

Result<std::vector<Queue>> AllQueues(sql::Tx& tx, OpeningHours& hours) {
  const auto list = [&](int size, const std::string& after) {
    return store::ListQueuesUncounted(tx, size, after);
  };
  ASSIGN_OR_RETURN(auto queues, All<Queue>(std::numeric_limits<int>::max(), list));
  RETURN_IF_ERROR(hours.Attach(tx, queues));
  return queues;
}

Result<bool> PutChanged(sql::Tx& tx, OpeningHours& hours, Time since, Engine& engine) {
  ASSIGN_OR_RETURN(const auto items, store::ListItemsChanged(tx, since, kChangedMax));
  if (items.size() == kChangedMax) return false;
  ASSIGN_OR_RETURN(auto queues, store::ListQueuesChanged(tx, since));
  RETURN_IF_ERROR(hours.Attach(tx, queues));
  ASSIGN_OR_RETURN(const auto agents, store::ListAgentsChanged(tx, since));
  for (const Queue& queue : queues) engine.Put(queue);
  for (const Agent& agent : agents) engine.Put(agent);
  for (const WorkItem& item : items) engine.Put(item);
  return true;
}

Status PutAll(sql::Tx& tx, OpeningHours& hours, Engine& engine) {
  ASSIGN_OR_RETURN(const auto queues, AllQueues(tx, hours));
  for (const Queue& queue : queues) engine.Put(queue);
  ASSIGN_OR_RETURN(const auto agents, AllAgents(tx, std::numeric_limits<int>::max()));
  for (const Agent& agent : agents) engine.Put(agent);
  // Page by page: there may be a million.
  for (std::string after;;) {
    ASSIGN_OR_RETURN(const auto items, store::ListLiveItems(tx, kPage, after));
    for (const WorkItem& item : items) engine.Put(item);
    if (items.size() < kPage) return Ok();
    after = items.back().id;
  }
}

}  // namespace muara::routing
