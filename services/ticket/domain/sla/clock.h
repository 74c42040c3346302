// The ledger of a ticket's states, and the clocks that are read off it. A clock is no deadline but
// a span of the ledger: elapsed = the working time of its intervals in which the target does not
// pause; due = the moment at which elapsed reaches the target. So a pause moves what is due, a
// reopened ticket goes on where it stopped, and another policy counts the same past by its own
// calendar and pauses. Pure; time is an argument.
//
// The rules are those that the field has settled on (they are what Zendesk and Jira document of
// their metrics, in our own words): replies are of people to people, the second message in a row
// starts nothing, resolving stops what runs and reopening continues it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/sla/sla.h"

namespace muara::ticket {

constexpr size_t kLedgerMax = 1000;  // entries; before them all counts as the oldest state

// What a change of a ticket means to its clocks.
enum class Mark {
  kNone,
  kContactWrote,  // a person, not a machine
  kWeReplied,     // a person of ours
};
struct Moment {
  Time at;
  Status status = Status::kNew;
  bool assigned = false;
  Mark mark = Mark::kNone;
};

struct Ledger {
  struct Entry {
    Time at;
    Status status = Status::kNew;  // from then on
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries;  // each later and of another state than the one before
  // By kind: since when it is waited for; none: it is not.
  std::array<std::optional<Time>, std::size(kTargetKinds)> waiting;
  bool replied = false;
  bool operator==(const Ledger&) const = default;

  // Moments that come late (from a slower machine) count as of the last entry.
  void Note(Moment moment);
  // Since when the clock of this kind goes; none where the ticket is over, or nothing is waited
  // for.
  std::optional<Time> Since(TargetKind kind) const;
  Status status() const { return entries.empty() ? Status::kNew : entries.back().status; }
};

enum class ClockState {
  kRunning = 1,
  kPaused = 2,
  kMet = 3,
  kBreached = 4,  // for ever, whether it still goes or not
  kCancelled = 5,
};
const char* ClockStateName(ClockState state);

// One interval of a clock's ledger; the last one of a clock that goes has no end yet.
struct Interval {
  Time from;
  Time to;
  bool running = false;
  Status why = Status::kNew;
};

struct SlaClock {
  TargetKind kind = TargetKind::kFirstReply;
  Time start;  // with its kind and ticket: which clock it is
  std::string policy_id;
  std::string rule;
  SlaTarget target;
  std::optional<Time> end;
  bool answered = false;  // how it ended
  // What it came to when it ended, by the calendar of then; none of those that ended long ago.
  std::optional<Duration> elapsed;
  std::optional<Time> due;       // as the ledger now is; none while it is paused
  std::optional<Time> warn;      // likewise
  std::optional<Time> warned;    // when the warning was due that was told
  std::optional<Time> breached;  // likewise
  bool paused = false;
  bool operator==(const SlaClock&) const = default;

  ClockState state() const;
  // When something is to be told next.
  std::optional<Time> next() const;
};

std::vector<Interval> IntervalsOf(const Ledger& ledger, const SlaClock& clock, Time until);
Duration ElapsedOf(const SlaBook& book, const SlaTarget& target,
                   const std::vector<Interval>& intervals);

// The earliest due time of the clocks that go; none: none does.
std::optional<Time> EarliestDue(const std::vector<SlaClock>& clocks);

// What is due to be told of a clock by `at`, each for the first and only time.
struct Told {
  bool warned = false;
  bool breached = false;
};
Told Advance(SlaClock& clock, Time at);

// Brings a ticket's clocks to what its ledger and its policy ask for at a moment that the ledger
// has noted. `clocks` are those that go, and those that may go on.
void Settle(const Ledger& ledger, const SlaBook& book, const SlaBook::Choice& choice,
            const Moment& moment, std::vector<SlaClock>& clocks);

}  // namespace muara::ticket
