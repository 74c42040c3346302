#include "services/ticket/app/bulk/bulk_edits.h"

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "libs/log/log.h"
#include "libs/sql/nested.h"
#include "services/ticket/app/rules/vocabulary.h"
#include "services/ticket/store/search/find.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket {
namespace {

constexpr int kFindMax = 1000;
constexpr Duration kFindFor = std::chrono::seconds(1);
constexpr int kActiveMax = 20;
constexpr Duration kKept = std::chrono::hours(24 * 30);

Result<BulkEdit> EditOf(const Result<store::BulkRow>& row) {
  if (!row.ok()) return row.error();
  BulkEdit edit = row->edit;
  ASSIGN_OR_RETURN(edit.actions, wire::UnpackActions(row->actions));
  return edit;
}

Error WrongState(const char* reason, const char* message) {
  return MakeError(Code::kFailedPrecondition, reason, message);
}

muara::Status CheckIn(sql::Tx& tx, const NewBulkEdit& wanted) {
  ASSIGN_OR_RETURN(const Vocabulary vocabulary, VocabularyIn(tx, wanted.actions, wanted.owner));
  std::vector<Violation> problems;
  CheckActions(problems, wanted.actions, vocabulary);
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Ok();
}

// Who set off what is done now.
const std::string& ActorOf(const BulkEdit& edit) {
  return edit.undoer.empty() ? edit.owner : edit.undoer;
}

Change ChangeOf(const BulkEdit& edit, const BulkItem& item, const char* reason) {
  const std::string name = std::string(reason) + "/" + edit.id + "/" + item.ticket_id.value;
  Change change{item.ticket_id, {NamedUuid(name), ""}, 0, ActorOf(edit), edit.reason};
  change.reason = reason;
  return change;
}

// A fault of ours with one ticket is shown with that ticket and holds up no other, and no other
// edit.
bool EndsItem(const Error& error) {
  if (error.code == Code::kInternal) log::Failed("a bulk edit passes over a ticket", error);
  return IsRefusal(error) || error.code == Code::kInternal;
}

}  // namespace

// Of one moment on SQLite, of a few of them on PostgreSQL.
Result<std::vector<TicketId>> BulkEdits::Collect(const Filter& filter) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<TicketId>> {
    std::vector<TicketId> ids;
    std::vector<std::string> after;
    do {
      ASSIGN_OR_RETURN(auto found, store::Find(tx, filter, kFindMax, after, store::Pace(kFindFor)));
      ids.insert(ids.end(), found.ids.begin(), found.ids.end());
      after = std::move(found.next);
      if (ids.size() > kBulkTicketsMax) {
        return MakeError(Code::kFailedPrecondition, "TOO_MANY_TICKETS",
                         "the filter has over 10000 tickets: narrow it");
      }
    } while (!after.empty());
    if (!ids.empty()) return ids;
    return MakeError(Code::kFailedPrecondition, "NO_TICKETS", "the filter has no tickets");
  });
}

Result<BulkEdit> BulkEdits::Create(const OperationKey& key, const NewBulkEdit& wanted) {
  const std::string id = NamedUuid(key.key);
  ASSIGN_OR_RETURN(const bool known, database_.Read([&](sql::Tx& tx) -> Result<bool> {
    RETURN_IF_ERROR(CheckIn(tx, wanted));
    return store::LoadBulkEdit(tx, id).ok();
  }));
  std::vector<TicketId> tickets;
  if (!known) {
    ASSIGN_OR_RETURN(tickets, Collect(wanted.filter));
  }
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<BulkEdit> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return EditOf(store::LoadBulkEdit(tx, id));
    ASSIGN_OR_RETURN(const int active, store::CountActiveBulkEdits(tx));
    if (active >= kActiveMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_BULK_EDITS", "20 are under way");
    }
    RETURN_IF_ERROR(store::DropBulkEdit(tx, now - kKept));
    BulkEdit edit;
    edit.id = id;
    edit.owner = wanted.owner;
    edit.reason = wanted.reason;
    edit.create_time = now;
    edit.actions = wanted.actions;
    edit.counts.waiting = static_cast<int>(tickets.size());
    RETURN_IF_ERROR(store::InsertBulkEdit(tx, {edit, wire::Pack(wanted.actions)}, tickets));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::BulkEditChanged(edit, {edit.owner, "STARTED", edit.reason}), now));
    tx.OnCommit([this] { wake_.Notify(); });
    return edit;
  });
}

Result<BulkEdit> BulkEdits::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return EditOf(store::LoadBulkEdit(tx, id)); });
}

Result<std::vector<BulkEdit>> BulkEdits::List(int limit, const std::vector<std::string>& after) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<BulkEdit>> {
    ASSIGN_OR_RETURN(const auto rows, store::ListBulkEdits(tx, limit, after));
    std::vector<BulkEdit> edits;
    for (const store::BulkRow& row : rows) {
      ASSIGN_OR_RETURN(BulkEdit edit, EditOf(row));
      edits.push_back(std::move(edit));
    }
    return edits;
  });
}

Result<std::vector<BulkItem>> BulkEdits::Items(const std::string& id,
                                               std::optional<BulkItemState> state, int limit,
                                               int after) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<BulkItem>> {
    RETURN_IF_ERROR(store::LoadBulkEdit(tx, id));
    return store::ListItems(tx, id, state, limit, after);
  });
}

Result<BulkEdit> BulkEdits::MoveIn(sql::Tx& tx, BulkEdit edit, BulkState state, const char* why,
                                   Time now) {
  edit.state = state;
  edit.finish_time.reset();
  if (state != BulkState::kRunning && state != BulkState::kUndoing) edit.finish_time = now;
  RETURN_IF_ERROR(store::SaveBulkEdit(tx, edit));
  RETURN_IF_ERROR(
      journal_.Note(tx, wire::BulkEditChanged(edit, {ActorOf(edit), why, edit.reason}), now));
  tx.OnCommit([this] { wake_.Notify(); });
  return edit;
}

Result<BulkEdit> BulkEdits::Cancel(const Edit& change, const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<BulkEdit> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(BulkEdit edit, EditOf(store::LoadBulkEditForChange(tx, id)));
    if (!first) return edit;
    RETURN_IF_ERROR(CheckVersion(edit.version, change.expected_version));
    if (edit.state != BulkState::kRunning) {
      return WrongState("BULK_EDIT_NOT_RUNNING", "only one that is under way can be cancelled");
    }
    return MoveIn(tx, std::move(edit), BulkState::kCancelled, "CANCELLED", now);
  });
}

Result<BulkEdit> BulkEdits::Undo(const Edit& change, const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<BulkEdit> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(BulkEdit edit, EditOf(store::LoadBulkEditForChange(tx, id)));
    if (!first) return edit;
    RETURN_IF_ERROR(CheckVersion(edit.version, change.expected_version));
    if (edit.state != BulkState::kDone && edit.state != BulkState::kCancelled) {
      return WrongState("BULK_EDIT_NOT_FINISHED", "only what has ended can be undone, and once");
    }
    if (now > edit.finish_time.value_or(now) + kBulkUndoWindow) {
      return WrongState("BULK_UNDO_WINDOW_OVER", "it ended more than 24 hours ago");
    }
    edit.undoer = change.actor;
    return MoveIn(tx, std::move(edit), BulkState::kUndoing, "UNDOING", now);
  });
}

Result<bool> BulkEdits::Step() {
  ASSIGN_OR_RETURN(const std::string id,
                   database_.Read([](sql::Tx& tx) { return store::NextBulkEdit(tx); }));
  if (id.empty()) return false;
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) { return StepIn(tx, id, now); });
}

Result<bool> BulkEdits::StepIn(sql::Tx& tx, const std::string& id, Time now) {
  // Locked: whoever cancels or undoes it does so between two tickets, and is answered with what
  // stays so.
  ASSIGN_OR_RETURN(const BulkEdit edit, EditOf(store::LoadBulkRowForChange(tx, id)));
  const bool undoes = edit.state == BulkState::kUndoing;
  if (!undoes && edit.state != BulkState::kRunning) return true;
  const auto state = undoes ? BulkItemState::kDone : BulkItemState::kWaiting;
  ASSIGN_OR_RETURN(auto item, store::LockNextItem(tx, id, state));
  if (!item) {
    RETURN_IF_ERROR(FinishIn(tx, id, now));
    return true;
  }
  RETURN_IF_ERROR(undoes ? TakeBackIn(tx, edit, *item) : DoIn(tx, edit, *item, now));
  RETURN_IF_ERROR(store::SaveItem(tx, id, *item));
  return true;
}

muara::Status BulkEdits::FinishIn(sql::Tx& tx, const std::string& id, Time now) {
  ASSIGN_OR_RETURN(BulkEdit edit, EditOf(store::LoadBulkEditForChange(tx, id)));
  // Another replica may have been at the last ones, or ended it.
  if (edit.state == BulkState::kRunning && edit.counts.waiting == 0) {
    RETURN_IF_ERROR(MoveIn(tx, std::move(edit), BulkState::kDone, "DONE", now));
  } else if (edit.state == BulkState::kUndoing && edit.counts.done == 0) {
    RETURN_IF_ERROR(MoveIn(tx, std::move(edit), BulkState::kUndone, "UNDONE", now));
  }
  return Ok();
}

muara::Status BulkEdits::DoIn(sql::Tx& tx, const BulkEdit& edit, BulkItem& item, Time now) {
  sql::Nested step(tx);
  int number = 0;
  bool changed = false;
  const auto done = step.Transact([&](sql::Tx& in) -> muara::Status {
    ASSIGN_OR_RETURN(const Ticket before, store::LoadForChange(in, item.ticket_id));
    const Doer doer{ChangeOf(edit, item, "BULK_EDIT")};
    for (const Action& action : edit.actions) {
      ASSIGN_OR_RETURN(const ActionOutcome outcome, acting_.DoIn(in, action, doer, ++number, now));
      changed |= outcome == ActionOutcome::kDone;
    }
    ASSIGN_OR_RETURN(const Ticket after, store::Load(in, item.ticket_id));
    item.before = SnapshotOf(before);
    item.after = SnapshotOf(after);
    return Ok();
  });
  if (done.ok()) {
    item.state = changed ? BulkItemState::kDone : BulkItemState::kUnchanged;
    return Ok();
  }
  if (!EndsItem(done.error())) return done;
  item.state = BulkItemState::kRefused;
  item.reason = done.error().reason;
  return Ok();
}

muara::Status BulkEdits::TakeBackIn(sql::Tx& tx, const BulkEdit& edit, BulkItem& item) {
  const auto ticket = store::LoadForChange(tx, item.ticket_id);
  if (!ticket.ok() && ticket.error().code != Code::kNotFound) return ticket.error();
  item.state = BulkItemState::kKept;
  if (!ticket.ok()) {
    item.reason = ticket.error().reason;
    return Ok();
  }
  const BulkSnapshot current = SnapshotOf(*ticket);
  const TakeBack back = TakeBackOf(item, current);
  if (back.empty()) {
    item.reason = current == item.after ? "NOTHING_TO_TAKE_BACK" : "CHANGED_SINCE";
    return Ok();
  }
  sql::Nested step(tx);
  const auto done = step.Transact(
      [&](sql::Tx& in) { return Apply(in, ChangeOf(edit, item, "BULK_UNDO"), item, back); });
  if (!done.ok() && !EndsItem(done.error())) return done;
  if (done.ok()) item.state = BulkItemState::kUndone;
  if (!done.ok()) item.reason = done.error().reason;
  return Ok();
}

}  // namespace muara::ticket
