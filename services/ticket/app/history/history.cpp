#include "services/ticket/app/history/history.h"

#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kLatestMax = 20;

}  // namespace

Result<History::Page> History::List(const TicketId& id, int64_t after, int limit,
                                    std::optional<Time> until) {
  return database_.Read([&](sql::Tx& tx) -> Result<Page> {
    RETURN_IF_ERROR(store::Load(tx, id));
    ASSIGN_OR_RETURN(auto entries,
                     log_.OfKey(tx, id.value, std::max<int64_t>(after, 1), limit + 1, until));
    Page page;
    for (bus::KeyEntry& one : entries) {
      if (one.version <= after) {
        page.before = std::move(one);
      } else if (static_cast<int>(page.facts.size()) < limit) {
        page.facts.push_back(std::move(one));
      }
    }
    return page;
  });
}

Result<std::vector<bus::KeyEntry>> History::Latest(const TicketId& id, Time until) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<bus::KeyEntry>> {
    ASSIGN_OR_RETURN(auto entries, log_.LatestOfKey(tx, id.value, until, kLatestMax));
    if (!entries.empty()) return entries;
    return MakeError(Code::kNotFound, "TICKET_NOT_FOUND", "there was no such ticket then");
  });
}

}  // namespace muara::ticket
