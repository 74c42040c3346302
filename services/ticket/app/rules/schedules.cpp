#include "services/ticket/app/rules/schedules.h"

#include <algorithm>

#include "libs/base/id.h"
#include "services/ticket/store/rules/rules.h"

namespace muara::ticket {
namespace {

constexpr int kReachedMax = 100;
constexpr int kPrunedMax = 1000;

Duration Behind(const Rule& rule) { return rule.schedule->after + kScheduleSlack; }

// The time of the ticket as it now is: another one, if it was changed while we waited for it.
Result<std::optional<Time>> TimeIn(sql::Tx& tx, TimeBase base, const Ticket& ticket) {
  switch (base) {
    case TimeBase::kCreated:
      return std::optional<Time>(ticket.create_time);
    case TimeBase::kLastInbound:
      return ticket.last_inbound_time;
    case TimeBase::kLastOutbound:
      return ticket.last_outbound_time;
    case TimeBase::kStatusChanged:
      return store::StatusSince(tx, ticket.id);
    case TimeBase::kResolved:
      return ticket.resolve_time;
    case TimeBase::kUpdated:
      return std::optional<Time>(ticket.update_time);
  }
  return std::optional<Time>();
}

}  // namespace

Result<std::vector<Due<Rule>>> Schedules::ListAhead() {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Due<Rule>>> {
    ASSIGN_OR_RETURN(const auto rules, book_.In(tx));
    std::vector<Due<Rule>> ahead;
    for (const Rule& rule : *rules) {
      if (!rule.enabled || !rule.schedule) continue;
      const TimeBase base = rule.schedule->from;
      ASSIGN_OR_RETURN(const auto place, store::FindPlace(tx, rule.id, base));
      ASSIGN_OR_RETURN(const auto time,
                       store::NextTime(tx, base, place.value_or(store::SchedulePlace{})));
      if (time) ahead.push_back({rule, *time + Behind(rule)});
    }
    return ahead;
  });
}

Result<int> Schedules::RunDue() {
  ASSIGN_OR_RETURN(auto due, ListAhead());
  const Time now = clock_.Now();
  std::erase_if(due, [now](const Due<Rule>& one) { return now < one.time; });
  return failing_.InTurn(database_, due, now,
                         [&](sql::Tx& tx, const Rule& rule) { return RunIn(tx, rule); });
}

Result<int> Schedules::RunIn(sql::Tx& tx, const Rule& rule) {
  const TimeBase base = rule.schedule->from;
  ASSIGN_OR_RETURN(const auto place, store::LockPlace(tx, rule.id, base));
  if (!place) return 0;
  ASSIGN_OR_RETURN(const auto reached,
                   store::ListReached(tx, base, *place, clock_.Now() - Behind(rule), kReachedMax));
  for (const auto& one : reached) RETURN_IF_ERROR(AskIn(tx, rule, one));
  if (!reached.empty()) RETURN_IF_ERROR(store::MovePlace(tx, rule.id, reached.back()));
  return static_cast<int>(reached.size());
}

muara::Status Schedules::AskIn(sql::Tx& tx, const Rule& rule, const store::SchedulePlace& place) {
  const auto ticket = store::LoadForChange(tx, place.ticket_id);
  if (!ticket.ok()) return ticket.error().code == Code::kNotFound ? Ok() : ticket.error();
  if (IsOver(ticket->status) || IsRemoved(ticket->status)) return Ok();
  ASSIGN_OR_RETURN(const auto now_at, TimeIn(tx, rule.schedule->from, *ticket));
  if (!now_at || *now_at != place.time) return Ok();
  Spark spark;
  spark.ticket_id = place.ticket_id;
  spark.event_id =
      NamedUuid("time/" + place.ticket_id.value + "/" + std::to_string(ToMicros(place.time)) + "/" +
                std::to_string(static_cast<int>(rule.schedule->from)));
  spark.root = spark.event_id;
  // A time that a rule itself has set: what it leads to is in its line, and does not go on for
  // ever.
  ASSIGN_OR_RETURN(const auto before, store::FindRunAt(tx, place.ticket_id, place.time));
  if (before) {
    spark.rules = before->rules;
    spark.rules.push_back(before->rule_id);
    spark.root = before->root;
  }
  RETURN_IF_ERROR(engine_.AskIn(tx, rule, spark));
  return Ok();
}

Result<std::optional<Time>> Schedules::NextDue() {
  ASSIGN_OR_RETURN(const auto ahead, ListAhead());
  return failing_.Next(ahead);
}

Result<int64_t> Schedules::Prune() {
  return database_.Transact(
      [&](sql::Tx& tx) { return store::PruneRuns(tx, clock_.Now() - kRunsKept, kPrunedMax); });
}

}  // namespace muara::ticket
