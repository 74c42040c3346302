#include "services/ticket/domain/sla/clock.h"

#include <algorithm>

namespace muara::ticket {
namespace {

size_t Place(TargetKind kind) { return static_cast<size_t>(kind) - 1; }

// Whether this is what a clock of that kind waited for.
bool Answers(TargetKind kind, const Moment& moment) {
  switch (kind) {
    case TargetKind::kFirstReply:
    case TargetKind::kNextReply:
    case TargetKind::kPeriodicUpdate:
      return moment.mark == Mark::kWeReplied;
    case TargetKind::kResolution:
      return moment.status == Status::kResolved || moment.status == Status::kClosed;
    case TargetKind::kQueueWait:
      return moment.assigned;
  }
  return false;
}

bool Runs(const SlaTarget& target, Status status) {
  return !ClocksStop(status) && std::find(target.pauses_on.begin(), target.pauses_on.end(),
                                          status) == target.pauses_on.end();
}

// When the intervals, the last of which goes on, reach this much.
std::optional<Time> Reach(const SlaBook& book, const SlaTarget& target,
                          const std::vector<Interval>& intervals, Duration duration) {
  for (size_t i = 0; i < intervals.size(); ++i) {
    const Interval& one = intervals[i];
    if (!one.running) continue;
    if (i + 1 == intervals.size()) return book.Add(target, one.from, duration);
    const Duration passed = book.Between(target, one.from, one.to);
    if (passed >= duration) return book.Add(target, one.from, duration);
    duration -= passed;
  }
  return std::nullopt;
}

void Reckon(const Ledger& ledger, const SlaBook& book, Time at, SlaClock& clock) {
  const auto intervals = IntervalsOf(ledger, clock, at);
  const SlaTarget& target = clock.target;
  clock.paused = !Runs(target, ledger.status());
  clock.due = Reach(book, target, intervals, target.duration);
  clock.warn.reset();
  if (target.warn_share <= 0) return;
  const auto share = Duration(
      static_cast<int64_t>(static_cast<double>(target.duration.count()) * target.warn_share));
  clock.warn = Reach(book, target, intervals, share);
}

void End(const Ledger& ledger, const SlaBook& book, const Moment& moment, SlaClock& clock) {
  clock.end = moment.at;
  clock.answered = Answers(clock.kind, moment);
  clock.paused = false;
  clock.elapsed = ElapsedOf(book, clock.target, IntervalsOf(ledger, clock, moment.at));
}

void SettleKind(TargetKind kind, const Ledger& ledger, const SlaBook& book,
                const SlaBook::Choice& choice, const Moment& moment,
                std::vector<SlaClock>& clocks) {
  const SlaTarget* target = choice.Target(kind);
  const auto since = target == nullptr ? std::nullopt : ledger.Since(kind);
  SlaClock* found = nullptr;
  for (SlaClock& clock : clocks) {
    if (clock.kind != kind) continue;
    if (since && clock.start == *since) {
      found = &clock;
    } else if (!clock.end) {
      End(ledger, book, moment, clock);
    }
  }
  if (!since) return;
  if (found == nullptr) {
    SlaClock clock;
    clock.kind = kind;
    clock.start = *since;
    clocks.push_back(std::move(clock));
    found = &clocks.back();
  }
  found->end.reset();
  found->answered = false;
  found->elapsed.reset();
  found->policy_id = choice.policy->id;
  found->rule = choice.rule->name;
  found->target = *target;
  Reckon(ledger, book, moment.at, *found);
}

}  // namespace

void Ledger::Note(Moment moment) {
  const bool first = entries.empty();
  const bool was_over = !first && ClocksStop(status());
  if (!first) moment.at = std::max(moment.at, entries.back().at);
  if (!first && entries.back().at == moment.at) {
    entries.back().status = moment.status;
    if (entries.size() > 1 && entries[entries.size() - 2].status == moment.status) {
      entries.pop_back();
    }
  } else if (first || status() != moment.status) {
    entries.push_back({moment.at, moment.status});
  }
  if (entries.size() > kLedgerMax) entries.erase(entries.begin() + 1);

  const auto set = [this](TargetKind kind, std::optional<Time> since) {
    waiting[Place(kind)] = since;
  };
  const auto waits = [this](TargetKind kind) { return waiting[Place(kind)].has_value(); };
  if (first) {
    set(TargetKind::kFirstReply, moment.at);
    set(TargetKind::kResolution, moment.at);
  }
  if (moment.assigned) {
    set(TargetKind::kQueueWait, std::nullopt);
  } else if (!waits(TargetKind::kQueueWait)) {
    set(TargetKind::kQueueWait, moment.at);
  }
  if (moment.mark == Mark::kWeReplied) {
    replied = true;
    set(TargetKind::kFirstReply, std::nullopt);
    set(TargetKind::kNextReply, std::nullopt);
    set(TargetKind::kPeriodicUpdate, moment.at);
  } else if (moment.mark == Mark::kContactWrote && replied && !waits(TargetKind::kNextReply)) {
    set(TargetKind::kNextReply, moment.at);
  }
  if (ClocksStop(moment.status)) {
    set(TargetKind::kNextReply, std::nullopt);
    set(TargetKind::kPeriodicUpdate, std::nullopt);
  } else if (was_over && replied && !waits(TargetKind::kPeriodicUpdate)) {
    set(TargetKind::kPeriodicUpdate, moment.at);
  }
}

std::optional<Time> Ledger::Since(TargetKind kind) const {
  return entries.empty() || ClocksStop(status()) ? std::nullopt : waiting[Place(kind)];
}

const char* ClockStateName(ClockState state) {
  switch (state) {
    case ClockState::kRunning:
      return "RUNNING";
    case ClockState::kPaused:
      return "PAUSED";
    case ClockState::kMet:
      return "MET";
    case ClockState::kBreached:
      return "BREACHED";
    case ClockState::kCancelled:
      return "CANCELLED";
  }
  return "";
}

ClockState SlaClock::state() const {
  if (breached) return ClockState::kBreached;
  if (end) return answered ? ClockState::kMet : ClockState::kCancelled;
  return paused ? ClockState::kPaused : ClockState::kRunning;
}

std::optional<Time> SlaClock::next() const {
  if (end || breached) return std::nullopt;
  if (warned || !warn) return due;
  return due ? std::min(*warn, *due) : *warn;
}

std::vector<Interval> IntervalsOf(const Ledger& ledger, const SlaClock& clock, Time until) {
  if (clock.end) until = *clock.end;
  std::vector<Interval> intervals;
  for (size_t i = 0; i < ledger.entries.size(); ++i) {
    // What ends with an entry has nothing of it; what goes on is in it already.
    const bool last = i + 1 == ledger.entries.size() || ledger.entries[i + 1].at > until ||
                      (clock.end && ledger.entries[i + 1].at == until);
    const Time from = std::max(clock.start, ledger.entries[i].at);
    const Time to = last ? until : ledger.entries[i + 1].at;
    const Status status = ledger.entries[i].status;
    // The last stands even where it has just begun: it is the one that goes on.
    if (from < to || (last && from == to)) {
      intervals.push_back({from, to, Runs(clock.target, status), status});
    }
    if (last) break;
  }
  return intervals;
}

Duration ElapsedOf(const SlaBook& book, const SlaTarget& target,
                   const std::vector<Interval>& intervals) {
  Duration sum(0);
  for (const Interval& one : intervals) {
    if (one.running) sum += book.Between(target, one.from, one.to);
  }
  return sum;
}

std::optional<Time> EarliestDue(const std::vector<SlaClock>& clocks) {
  std::optional<Time> earliest;
  for (const SlaClock& clock : clocks) {
    if (clock.end || clock.paused || !clock.due) continue;
    earliest = std::min(earliest.value_or(*clock.due), *clock.due);
  }
  return earliest;
}

Told Advance(SlaClock& clock, Time at) {
  Told told;
  if (clock.end || clock.breached) return told;
  if (!clock.warned && clock.warn && *clock.warn <= at) {
    clock.warned = clock.warn;
    told.warned = true;
  }
  if (clock.due && *clock.due <= at) {
    clock.breached = clock.due;
    told.breached = true;
  }
  return told;
}

void Settle(const Ledger& ledger, const SlaBook& book, const SlaBook::Choice& choice,
            const Moment& moment, std::vector<SlaClock>& clocks) {
  for (const TargetKind kind : kTargetKinds) {
    SettleKind(kind, ledger, book, choice, moment, clocks);
  }
}

}  // namespace muara::ticket
