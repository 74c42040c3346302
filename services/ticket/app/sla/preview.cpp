// Tries a policy on the open tickets without changing any.
#include <algorithm>

#include "services/ticket/app/sla/policies.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/search/pace.h"
#include "services/ticket/store/sla/sla.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kTicketsMax = 20000;
constexpr int kPage = 100;

// The clocks of a ticket as a book would have them now.
std::vector<SlaClock> SettledBy(const SlaBook& book, const Ticket& ticket, const Parties& parties,
                                const Ledger& ledger, std::vector<SlaClock> clocks, Time now) {
  const Moment moment{now, ticket.status, !ticket.assignee_id.empty(), Mark::kNone};
  Settle(ledger, book, book.Choose(ticket, parties), moment, clocks);
  std::erase_if(clocks, [](const SlaClock& clock) { return clock.end.has_value(); });
  return clocks;
}

const SlaClock* Same(const std::vector<SlaClock>& clocks, TargetKind kind) {
  for (const SlaClock& clock : clocks) {
    if (clock.kind == kind) return &clock;
  }
  return nullptr;
}

bool WouldBreach(const SlaClock* clock, Time now) {
  return clock != nullptr && !clock->breached && clock->due && *clock->due <= now;
}

void Compare(const TicketId& id, const std::vector<SlaClock>& before,
             const std::vector<SlaClock>& after, int changes_max, Time now, Preview& preview) {
  for (const TargetKind kind : kTargetKinds) {
    const SlaClock* old_clock = Same(before, kind);
    const SlaClock* new_clock = Same(after, kind);
    Preview::Change change{id, kind, old_clock ? old_clock->due : std::nullopt,
                           new_clock ? new_clock->due : std::nullopt,
                           WouldBreach(new_clock, now) && !WouldBreach(old_clock, now)};
    const bool same_target =
        old_clock != nullptr && new_clock != nullptr && old_clock->target == new_clock->target;
    if (change.old_due == change.new_due && (same_target || (!old_clock && !new_clock))) continue;
    ++preview.changed;
    preview.breached += change.breaches;
    if (preview.changes.size() < static_cast<size_t>(changes_max)) {
      preview.changes.push_back(std::move(change));
    }
  }
}

}  // namespace

Result<Preview> SlaPolicies::Try(const SlaPolicy& policy, int changes_max) {
  const Time now = clock_.Now();
  Preview preview;
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) { return CheckPolicy(tx, policy, now); }));
  const store::Pace pace(trying_max_);
  for (TicketId after; preview.tickets < kTicketsMax;) {
    ASSIGN_OR_RETURN(after, TryPage(policy, changes_max, after, now, preview));
    if (after.empty()) return preview;
    if (pace.IsOver()) break;
  }
  preview.incomplete = true;
  return preview;
}

Result<TicketId> SlaPolicies::TryPage(const SlaPolicy& policy, int changes_max,
                                      const TicketId& after, Time now, Preview& preview) {
  return database_.Read([&](sql::Tx& tx) -> Result<TicketId> {
    ASSIGN_OR_RETURN(const auto book, shelf_.Current(tx));
    const SlaBook tried = book->With(policy);
    ASSIGN_OR_RETURN(const auto ids, store::ListOpen(tx, after, kPage));
    for (const TicketId& id : ids) {
      ++preview.tickets;
      ASSIGN_OR_RETURN(const Ticket ticket, store::Load(tx, id));
      ASSIGN_OR_RETURN(const Parties parties, store::LoadParties(tx, ticket, tried));
      const auto concerns = [&](const SlaBook& one) {
        const SlaPolicy* chosen = one.Choose(ticket, parties).policy;
        return chosen != nullptr && chosen->id == policy.id;
      };
      if (!concerns(*book) && !concerns(tried)) continue;
      ASSIGN_OR_RETURN(const auto kept, store::LoadLedger(tx, id));
      if (!kept) continue;
      ASSIGN_OR_RETURN(const auto clocks, store::LoadClocks(tx, id));
      Compare(id, SettledBy(*book, ticket, parties, kept->ledger, clocks, now),
              SettledBy(tried, ticket, parties, kept->ledger, clocks, now), changes_max, now,
              preview);
    }
    return ids.size() < kPage ? TicketId{} : ids.back();
  });
}

}  // namespace muara::ticket
