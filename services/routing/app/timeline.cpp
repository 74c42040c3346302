#include "services/routing/app/timeline.h"

#include <algorithm>
#include <optional>

#include "services/routing/store/people.h"
#include "services/routing/wire/past.h"

namespace muara::routing {
namespace {

constexpr int kRead = 200;     // facts at once
constexpr int kReadsMax = 25;  // for a page

// An agent's fact with its place among them.
struct Told {
  int64_t version = 0;
  TimelineEntry entry;
};

Told ToTold(const bus::KeyEntry& from) {
  Told told{from.version, {}};
  const auto agent = wire::AgentIn(from);
  if (!agent) return told;
  told.entry = {wire::TimeOf(from), agent->status, agent->status_reason, agent->connection};
  return told;
}

bool SamePresence(const TimelineEntry& a, const TimelineEntry& b) {
  return a.status == b.status && a.reason == b.reason && a.connection == b.connection;
}

}  // namespace

Result<TimelinePage> Timeline::List(const std::string& agent_id, int64_t before, int limit) {
  const std::string key = "agents/" + agent_id;
  const Time now = clock_.Now();
  return database_.Read([&](sql::Tx& tx) -> Result<TimelinePage> {
    RETURN_IF_ERROR(store::LoadAgent(tx, agent_id));
    if (before == 0) {
      ASSIGN_OR_RETURN(const auto last, log_.LatestOfKey(tx, key, now, 1));
      before = last.empty() ? 1 : last[0].version + 1;
    }
    TimelinePage page;
    std::optional<Told> newer;  // said once it is known to differ from the one before it
    bool all = before <= 1;
    for (int reads = 0; !all && reads < kReadsMax; ++reads) {
      const int64_t from = std::max<int64_t>(1, before - kRead);
      ASSIGN_OR_RETURN(const auto told,
                       log_.OfKey(tx, key, from, static_cast<int>(before - from), std::nullopt));
      for (auto one = told.rbegin(); one != told.rend(); ++one) {
        const Told older = ToTold(*one);
        if (newer && !SamePresence(newer->entry, older.entry)) {
          page.entries.push_back(newer->entry);
          page.next_version = newer->version;
          if (static_cast<int>(page.entries.size()) == limit) return page;
        }
        newer = older;
      }
      before = from;
      all = from == 1 || told.empty();  // older ones are pruned
    }
    page.next_version = all || !newer ? 0 : newer->version + 1;
    // The first that is known of the agent, however it was before.
    if (all && newer) page.entries.push_back(newer->entry);
    return page;
  });
}

}  // namespace muara::routing
