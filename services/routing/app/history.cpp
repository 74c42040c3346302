#include "services/routing/app/history.h"

#include <unordered_set>

#include "services/routing/app/chronicle.h"
#include "services/routing/app/picture.h"
#include "services/routing/store/history.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr int kPage = 500;
constexpr int kFactsPage = 1000;
// Each has four or five, if it is not moved about.
constexpr size_t kFactsOfAVisit = 20;
// Times of a part rise, but for what the clocks of replicas differ.
constexpr Duration kClocksDiffer = std::chrono::seconds(5);

class Reader {
 public:
  Reader(sql::Database& database, const bus::EventLog& log, OpeningHours& hours,
         const HistoryAsked& asked)
      : database_(database), log_(log), hours_(hours), asked_(asked) {
    history_.from = asked.from;
    history_.until = asked.until;
  }

  Result<History> Read() {
    RETURN_IF_ERROR(CheckKept());
    RETURN_IF_ERROR(ReadQueues());
    RETURN_IF_ERROR(ReadAgents());
    RETURN_IF_ERROR(ReadPolicy());
    for (int part = 0; part < bus::kParts; ++part) RETURN_IF_ERROR(ReadPart(part));
    RETURN_IF_ERROR(ReadUntouched());
    chronicle_.Finish();
    GuessWork(history_);
    return std::move(history_);
  }

 private:
  // What was dropped from a part was told before the first that is kept.
  Status CheckKept() const {
    for (int part = 0; part < bus::kParts; ++part) {
      ASSIGN_OR_RETURN(const int64_t oldest, log_.Oldest(part));
      if (oldest <= 1) continue;
      ASSIGN_OR_RETURN(const auto first, log_.Read(part, oldest, 1));
      const auto told = first.empty() ? std::nullopt : wire::ReadTold(first[0].envelope);
      const Time since = told ? told->time : asked_.until;
      if (since <= asked_.from) continue;
      return MakeError(Code::kFailedPrecondition, "LOG_TRIMMED",
                       "the log is kept since " + ToRfc3339(since) + "; ask from then on");
    }
    return Ok();
  }

  // The last that was told of a key by the beginning. Nothing: there was none then, or it was told
  // before what the log keeps; `is_old` says which.
  struct Latest {
    std::optional<wire::Told> told;
    bool is_old = false;
  };
  Result<Latest> LatestOf(sql::Tx& tx, const std::string& key) const {
    Latest out;
    ASSIGN_OR_RETURN(const auto found, log_.LatestOfKey(tx, key, asked_.from, 1));
    if (!found.empty()) {
      out.told = wire::ReadTold(found[0].envelope);
      return out;
    }
    ASSIGN_OR_RETURN(const auto first, log_.OfKey(tx, key, 1, 1, std::nullopt));
    out.is_old = first.empty() || first[0].version > 1;
    return out;
  }

  // `list(tx, limit, after)` of things with ids, a page to a transaction; `find(tx, thing)` answers
  // what is taken of it, which is taken when the page has been read: reading may be begun anew.
  template <class Found, class List, class Find, class Take>
  Status InPages(const List& list, const Find& find, const Take& take) {
    struct Page {
      std::vector<Found> found;
      std::string last;
      bool more = false;
    };
    for (std::string after;;) {
      RETURN_IF_ERROR(asked_.go_on());
      ASSIGN_OR_RETURN(Page page, database_.Read([&](sql::Tx& tx) -> Result<Page> {
        Page read;
        ASSIGN_OR_RETURN(const auto things, list(tx, kPage, after));
        for (const auto& thing : things) {
          ASSIGN_OR_RETURN(auto found, find(tx, thing));
          if (found) read.found.push_back(*std::move(found));
        }
        if (!things.empty()) read.last = things.back().id;
        read.more = things.size() == kPage;
        return read;
      }));
      for (Found& found : page.found) take(std::move(found));
      RETURN_IF_ERROR(CheckSize());
      if (!page.more) return Ok();
      after = page.last;
    }
  }

  Status ReadQueues() {
    return InPages<Queue>(
        store::ListQueuesUncounted,
        [&](sql::Tx& tx, const Queue& now) -> Result<std::optional<Queue>> {
          ASSIGN_OR_RETURN(const Latest latest, LatestOf(tx, "queues/" + now.id));
          if (latest.told && latest.told->queue) return latest.told->queue;
          if (!latest.is_old) return std::optional<Queue>();
          Queue queue = now;
          RETURN_IF_ERROR(hours_.Attach(tx, queue));
          return std::optional(std::move(queue));
        },
        [&](Queue queue) { Take(asked_.from, std::move(queue)); });
  }

  Status ReadAgents() {
    return InPages<Agent>(
        store::ListAgents,
        [&](sql::Tx& tx, const Agent& now) -> Result<std::optional<Agent>> {
          ASSIGN_OR_RETURN(const Latest latest, LatestOf(tx, "agents/" + now.id));
          const bool is_told = latest.told && latest.told->agent;
          if (!is_told && !latest.is_old) return std::optional<Agent>();
          Agent agent = is_told ? *latest.told->agent : now;
          ASSIGN_OR_RETURN(const auto fell, store::LoadFellAt(tx, now.id, asked_.from));
          agent.idle_since = std::max(agent.status_time, fell.value_or(Time()));
          return std::optional(std::move(agent));
        },
        [&](Agent agent) { history_.agents.push_back({asked_.from, std::move(agent)}); });
  }

  Status ReadPolicy() {
    ASSIGN_OR_RETURN(const Latest latest,
                     database_.Read([&](sql::Tx& tx) { return LatestOf(tx, "routingPolicy"); }));
    RoutingPolicy policy;
    if (latest.told && latest.told->policy) policy = *latest.told->policy;
    history_.policies.push_back({asked_.from, policy.capacity});
    return Ok();
  }

  Status ReadPart(int part) {
    ASSIGN_OR_RETURN(int64_t from, log_.FirstSince(part, asked_.from - kClocksDiffer));
    for (;;) {
      RETURN_IF_ERROR(asked_.go_on());
      ASSIGN_OR_RETURN(const auto page, log_.Read(part, from, kFactsPage));
      if (page.empty()) return Ok();
      from = page.back().position + 1;
      std::vector<wire::Told> all;
      bool is_last = false;
      for (const bus::LogEntry& entry : page) {
        auto told = wire::ReadTold(entry.envelope);
        if (!told) continue;
        is_last = told->time > asked_.until + kClocksDiffer;
        if (is_last) break;
        if (told->time > asked_.from && told->time <= asked_.until) all.push_back(*std::move(told));
      }
      RETURN_IF_ERROR(BeginItemsOf(all));
      for (wire::Told& told : all) Take(told);
      RETURN_IF_ERROR(CheckSize());
      if (is_last) return Ok();
    }
  }

  Status BeginItemsOf(const std::vector<wire::Told>& all) {
    std::vector<std::string> ids;
    std::unordered_set<std::string> named;
    for (const wire::Told& told : all) {
      if (!told.item || told.key_version == 1 || chronicle_.Knows(told.key)) continue;
      if (named.insert(told.key).second) ids.push_back(told.key);
    }
    if (ids.empty()) return Ok();
    ASSIGN_OR_RETURN(const auto items,
                     database_.Read([&](sql::Tx& tx) -> Result<std::vector<WorkItem>> {
                       std::vector<WorkItem> found;
                       for (const std::string& id : ids) {
                         ASSIGN_OR_RETURN(auto item, ItemThen(tx, id));
                         if (item) found.push_back(*std::move(item));
                       }
                       return found;
                     }));
    for (const WorkItem& item : items) chronicle_.Begin(item);
    return Ok();
  }

  Result<std::optional<WorkItem>> ItemThen(sql::Tx& tx, const std::string& id) const {
    if (chronicle_.Knows(id)) return std::optional<WorkItem>();
    ASSIGN_OR_RETURN(const auto found, log_.LatestOfKey(tx, id, asked_.from, 1));
    const auto told = found.empty() ? std::nullopt : wire::ReadTold(found[0].envelope);
    return told ? told->item : std::nullopt;
  }

  void Take(wire::Told& told) {
    ++facts_;
    if (told.item) return chronicle_.Add(told);
    const Time time = times_[told.key] = std::max(times_[told.key], told.time);
    if (told.agent) history_.agents.push_back({time, *std::move(told.agent)});
    if (told.queue) Take(time, *std::move(told.queue));
    if (told.policy) history_.policies.push_back({time, told.policy->capacity});
  }

  // Queues of one calendar share its hours, which may be many.
  void Take(Time time, Queue queue) {
    if (queue.hours != nullptr) {
      SharedHours& known = hours_known_[queue.calendar_id];
      const bool same = known != nullptr && HasSameHours(known->calendar, queue.hours->calendar);
      if (!same) known = queue.hours;
      queue.hours = known;
    }
    history_.queues.push_back({time, std::move(queue)});
  }

  // What waited or was held all the time: it lives still, or was changed later.
  Status ReadUntouched() {
    const auto begin = [&](const WorkItem& item) {
      if (!chronicle_.Knows(item.id)) chronicle_.Begin(item);
    };
    const auto find = [&](sql::Tx& tx, const WorkItem& now) -> Result<std::optional<WorkItem>> {
      if (chronicle_.Knows(now.id)) return std::optional<WorkItem>();
      ASSIGN_OR_RETURN(const Latest latest, LatestOf(tx, now.id));
      if (latest.told && latest.told->item) return latest.told->item;
      return latest.is_old ? std::optional(now) : std::nullopt;
    };
    RETURN_IF_ERROR(InPages<WorkItem>(store::ListLiveItems, find, begin));
    const auto wrapping = [](sql::Tx& tx, int limit, const std::string& after) {
      return store::ListItems(tx, static_cast<int>(ItemStatus::kWrapping), "", limit, after);
    };
    RETURN_IF_ERROR(InPages<WorkItem>(wrapping, find, begin));
    store::ItemMark mark{"", ToMicros(asked_.until)};
    const auto list = [&](sql::Tx& tx, int limit, const std::string&) {
      return store::ListItemMarks(tx, mark, limit);
    };
    return InPages<std::pair<store::ItemMark, std::optional<WorkItem>>>(
        list,
        [&](sql::Tx& tx, const store::ItemMark& one)
            -> Result<std::optional<std::pair<store::ItemMark, std::optional<WorkItem>>>> {
          ASSIGN_OR_RETURN(auto item, ItemThen(tx, one.id));
          return std::optional(std::pair(one, std::move(item)));
        },
        [&](std::pair<store::ItemMark, std::optional<WorkItem>> one) {
          if (one.second) begin(*one.second);
          mark = one.first;
        });
  }

  Status CheckSize() const {
    const size_t settings = history_.agents.size() + history_.queues.size();
    if (history_.visits.size() <= asked_.visits_max && settings <= asked_.visits_max &&
        facts_ <= asked_.visits_max * kFactsOfAVisit) {
      return Ok();
    }
    return MakeError(Code::kResourceExhausted, "TOO_MUCH_WORK",
                     "more than " + std::to_string(asked_.visits_max) +
                         " items came or waited then, or agents and queues changed so often; "
                         "ask for a shorter time");
  }

  sql::Database& database_;
  const bus::EventLog& log_;
  OpeningHours& hours_;
  const HistoryAsked& asked_;
  std::unordered_map<std::string, SharedHours> hours_known_;
  History history_;
  size_t facts_ = 0;
  Chronicle chronicle_{history_};
  std::unordered_map<std::string, Time> times_;  // of the last fact of an agent or a queue
};

}  // namespace

Result<History> ReadHistory(sql::Database& database, const bus::EventLog& log, OpeningHours& hours,
                            const HistoryAsked& asked) {
  return Reader(database, log, hours, asked).Read();
}

}  // namespace muara::routing
