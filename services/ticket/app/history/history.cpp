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
    Page page;
    if (after > 0) {
      ASSIGN_OR_RETURN(auto before, log_.OfKey(tx, id.value, after, 1, until));
      if (!before.empty()) page.before = std::move(before.front());
    }
    ASSIGN_OR_RETURN(page.facts, log_.OfKey(tx, id.value, after + 1, limit, until));
    if (page.facts.empty()) return page;
    ASSIGN_OR_RETURN(const auto next,
                     log_.OfKey(tx, id.value, page.facts.back().version + 1, 1, until));
    page.goes_on = !next.empty();
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
