// The same actions on every ticket of a filter, one after the other, and taking them back. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/rules/action.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

constexpr int kBulkTicketsMax = 10'000;
constexpr Duration kBulkUndoWindow = std::chrono::hours(24);

// Numbers as on the wire and in the store.
enum class BulkState { kRunning = 1, kDone = 2, kCancelled = 3, kUndoing = 4, kUndone = 5 };
enum class BulkItemState {
  kWaiting = 1,
  kDone = 2,
  kUnchanged = 3,  // it was so already
  kRefused = 4,
  kUndone = 5,
  kKept = 6,  // was not taken back: it has changed since, or nothing of it can be
};

struct BulkCounts {
  int waiting = 0;
  int done = 0;
  int unchanged = 0;
  int refused = 0;
  int undone = 0;
  int kept = 0;
};

struct BulkEdit {
  std::string id;
  std::string owner;   // who began it: "agents/<id>"
  std::string undoer;  // who took it back
  std::string reason;  // in their words
  BulkState state = BulkState::kRunning;
  std::vector<Action> actions;
  Time create_time;
  std::optional<Time> finish_time;
  int version = 1;
  BulkCounts counts;
};

// What an edit may change and undoing brings back.
struct BulkSnapshot {
  Status status = Status::kNew;
  std::string queue_id;
  Priority priority = Priority::kNormal;
  std::string type;
  std::string status_name;
  std::string assignee_id;
  std::string assignee_name;
  std::vector<std::string> tags;
  std::vector<FieldValue> fields;
  bool flagged = false;
  std::string flag_note;
  std::optional<Time> until;  // with PENDING and SNOOZED
  std::string flag_reason;

  bool operator==(const BulkSnapshot&) const = default;
};

BulkSnapshot SnapshotOf(const Ticket& ticket);

struct BulkItem {
  int number = 0;
  TicketId ticket_id;
  BulkItemState state = BulkItemState::kWaiting;
  BulkSnapshot before;
  BulkSnapshot after;
  std::string reason;  // why it was refused or kept
};

// What it takes to make of `now` what it was before, but for what somebody changed since.
struct TakeBack {
  std::optional<std::string> queue_id;
  std::optional<Priority> priority;
  std::optional<std::string> type;
  std::optional<std::string> status_name;
  std::optional<std::string> assignee_id;  // empty: nobody
  std::optional<bool> flagged;             // with the note that it had
  std::vector<std::string> add_tags;
  std::vector<std::string> remove_tags;
  std::vector<FieldValue> fields;
  std::vector<std::string> remove_fields;
  bool reopens = false;         // to OPEN
  std::optional<Status> waits;  // from there on, until the time that it waited for
  bool restores = false;        // out of SPAM
  // The name that its status had, once it is back.
  std::string named;

  bool updates() const;
  bool empty() const {
    return !updates() && !assignee_id && !flagged && !reopens && !waits && !restores;
  }
};

TakeBack TakeBackOf(const BulkItem& item, const BulkSnapshot& now);

}  // namespace muara::ticket
