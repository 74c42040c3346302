#include "services/ticket/app/sla/sla.h"

#include <algorithm>

#include "services/ticket/domain/sla/words.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kFireMax = 200;
constexpr int kSettleMax = 100;
constexpr int kExplainMax = 200;

Mark MarkOf(const Entry& entry) {
  const Interaction* interaction = entry.interaction;
  if (interaction == nullptr || interaction->kind != InteractionKind::kMessage ||
      interaction->origin != Origin::kHuman) {
    return Mark::kNone;
  }
  switch (interaction->direction) {
    case Direction::kInbound:
      return Mark::kContactWrote;
    case Direction::kOutbound:
      return Mark::kWeReplied;
    case Direction::kInternal:
      return Mark::kNone;
  }
  return Mark::kNone;
}

std::string TextOf(const SlaBook::Choice& choice) {
  if (choice.policy == nullptr) return "";
  return choice.policy->id + "\n" + choice.rule->name + "\n" +
         std::to_string(static_cast<int>(choice.priority));
}

}  // namespace

muara::Status Sla::Follow(sql::Tx& tx, const Entry& entry, Time now) {
  // None yet. What is only kept with a ticket may find it at its first version, too.
  if (entry.opens) return Record(tx, entry, std::nullopt, now);
  ASSIGN_OR_RETURN(const auto before, store::LoadLedger(tx, entry.ticket.id));
  return Record(tx, entry, before, now);
}

muara::Status Sla::Record(sql::Tx& tx, const Entry& entry, const std::optional<store::Kept>& before,
                          Time now) {
  Ticket& ticket = entry.ticket;
  ASSIGN_OR_RETURN(const auto book, shelf_.Current(tx));
  store::Kept kept = before.value_or(store::Kept{});
  Moment moment{now, ticket.status, !ticket.assignee_id.empty(), MarkOf(entry)};
  // Commits of one ticket are in order; the clocks of machines need not be.
  if (before && !kept.ledger.entries.empty()) {
    moment.at = std::max(moment.at, kept.ledger.entries.back().at);
  }
  Parties parties;
  if (!book->empty()) {
    ASSIGN_OR_RETURN(parties, store::LoadParties(tx, ticket, *book));
  }
  const SlaBook::Choice choice = book->Choose(ticket, parties);
  kept.book = book->version();
  kept.choice = TextOf(choice);
  std::vector<SlaClock> clocks;
  const bool promised = before && !(before->choice.empty() && kept.choice.empty());
  if (promised) {
    ASSIGN_OR_RETURN(clocks, store::LoadClocks(tx, ticket.id));
    for (const SlaClock& clock : clocks) {
      if (clock.end) continue;
      moment.at = std::max({moment.at, clock.warned.value_or(now), clock.breached.value_or(now)});
    }
  }
  kept.ledger.Note(moment);
  if (before && kept.ledger == before->ledger && kept.choice == before->choice &&
      kept.book == before->book) {
    return Ok();
  }
  RETURN_IF_ERROR(
      SettleClocks(tx, ticket, kept.ledger, *book, choice, moment, std::move(clocks), now));
  return store::SaveLedger(tx, ticket.id, kept);
}

muara::Status Sla::SettleClocks(sql::Tx& tx, Ticket& ticket, const Ledger& ledger,
                                const SlaBook& book, const SlaBook::Choice& choice, Moment moment,
                                std::vector<SlaClock> clocks, Time now) {
  const std::vector<SlaClock> before = clocks;
  std::vector<Told> told;
  for (SlaClock& clock : clocks) told.push_back(Advance(clock, moment.at));
  const std::vector<SlaClock> come_due = clocks;
  Settle(ledger, book, choice, moment, clocks);
  const auto next_due = EarliestDue(clocks);
  if (next_due != ticket.next_due) {
    ticket.next_due = next_due;
    RETURN_IF_ERROR(store::SaveNextDue(tx, ticket));
  }
  for (size_t i = 0; i < told.size(); ++i) {
    RETURN_IF_ERROR(Tell(tx, ticket, come_due[i], told[i], now));
  }
  for (size_t i = 0; i < clocks.size(); ++i) {
    if (i < before.size() && clocks[i] == before[i]) continue;
    RETURN_IF_ERROR(store::SaveClock(tx, ticket.id, clocks[i]));
  }
  RingAfter(tx, clocks);
  return Ok();
}

void Sla::RingAfter(sql::Tx& tx, const std::vector<SlaClock>& clocks) {
  Time next = Time::max();
  for (const SlaClock& clock : clocks) next = std::min(next, clock.next().value_or(Time::max()));
  if (next < Time::max()) tx.OnCommit([this, next] { alarm_.Ring(next); });
}

muara::Status Sla::Tell(sql::Tx& tx, const Ticket& ticket, const SlaClock& clock, const Told& told,
                        Time now) {
  if (told.warned) RETURN_IF_ERROR(log_.Append(tx, wire::SlaWarned(ticket, clock), now));
  if (told.breached) RETURN_IF_ERROR(log_.Append(tx, wire::SlaBreached(ticket, clock), now));
  return Ok();
}

Result<int> Sla::FireDue() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(auto due, store::LockDue(tx, now, kFireMax));
    for (auto& [ticket_id, clock] : due) {
      const Told told = Advance(clock, now);
      ASSIGN_OR_RETURN(const Ticket ticket, store::Load(tx, ticket_id));
      RETURN_IF_ERROR(store::SaveClock(tx, ticket_id, clock));
      RETURN_IF_ERROR(Tell(tx, ticket, clock, told, now));
    }
    return static_cast<int>(due.size());
  });
}

Result<std::optional<Time>> Sla::NextDue() {
  return database_.Read([](sql::Tx& tx) { return store::NextOfAll(tx); });
}

Result<int> Sla::SettleBehind() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto book, shelf_.Current(tx));
    ASSIGN_OR_RETURN(const auto ids, store::ListBehind(tx, book->version(), kSettleMax));
    for (const TicketId& id : ids) RETURN_IF_ERROR(SettleOne(tx, id, book->version(), now));
    return static_cast<int>(ids.size());
  });
}

muara::Status Sla::SettleOne(sql::Tx& tx, const TicketId& id, int64_t book, Time now) {
  auto ticket = store::LoadForChange(tx, id);
  if (!ticket.ok() && ticket.error().code != Code::kNotFound) return ticket.error();
  ASSIGN_OR_RETURN(auto kept, store::LoadLedger(tx, id));
  if (!kept) return Ok();
  if (!ticket.ok()) {
    // A ticket that was erased leaves nothing to settle.
    kept->book = book;
    return store::SaveLedger(tx, id, *kept);
  }
  const auto before = ticket->next_due;
  RETURN_IF_ERROR(Record(tx, {*ticket}, kept, now));
  if (ticket->next_due == before) return Ok();
  const wire::Cause cause{"services/ticket", "SLA_POLICY", ""};
  return log_.Append(tx, wire::TicketChanged(*ticket, {"next_due_time"}, cause), now);
}

Result<store::Progress> Sla::Progress() {
  return database_.Read([](sql::Tx& tx) -> Result<store::Progress> {
    ASSIGN_OR_RETURN(const int64_t version, store::BookVersion(tx));
    return store::LoadProgress(tx, version);
  });
}

Result<std::vector<Explained>> Sla::Explain(const TicketId& id) {
  const Time now = clock_.Now();
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Explained>> {
    RETURN_IF_ERROR(store::Load(tx, id));
    ASSIGN_OR_RETURN(const auto book, shelf_.Current(tx));
    ASSIGN_OR_RETURN(const auto kept, store::LoadLedger(tx, id));
    ASSIGN_OR_RETURN(const auto clocks, store::ListClocks(tx, id, kExplainMax));
    std::vector<Explained> out;
    for (const SlaClock& clock : clocks) {
      Explained one;
      one.clock = clock;
      Duration today(0);
      const auto intervals = IntervalsOf(kept.value_or(store::Kept{}).ledger, clock, now);
      for (const Interval& interval : intervals) {
        const Duration working = interval.running
                                     ? book->Between(clock.target, interval.from, interval.to)
                                     : Duration(0);
        today += working;
        one.parts.push_back({interval, working});
      }
      one.elapsed = clock.elapsed.value_or(today);
      one.calendar_changed = one.elapsed != today;
      one.text = ticket::Explain(clock, intervals, today);
      out.push_back(std::move(one));
    }
    return out;
  });
}

}  // namespace muara::ticket
