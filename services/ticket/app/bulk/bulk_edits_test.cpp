// The same on many tickets: once each, none held up by another, and taken back.
#include "services/ticket/app/bulk/bulk_edits.h"

#include <future>
#include <thread>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/events/bulk_worker.h"

namespace muara::ticket {
namespace {

Action Urgent() {
  Action action{ActionKind::kSetPriority};
  action.priority = Priority::kUrgent;
  return action;
}

Action Tag(const std::string& tag) {
  Action action{ActionKind::kAddTags};
  action.tags = {tag};
  return action;
}

class BulkEditsTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    edits_ = std::make_unique<BulkEdits>(*database_, *journal_, clock_, *policies_);
    for (int i = 0; i < 5; ++i) {
      ids_.push_back(Take(Mail("a@x.test")).ticket_id);
      clock_.Advance(Duration(1));
    }
  }
  Result<BulkEdit> Create(std::vector<Action> actions, const Filter& filter = {},
                          const std::string& key = "") {
    return edits_->Create(bus::KeyFor(key.empty() ? "bulk-" + std::to_string(++keys_) : key),
                          {filter, std::move(actions), "agents/9", "spring cleaning"});
  }
  void Work() {
    for (auto worked = edits_->Step();; worked = edits_->Step()) {
      ASSERT_TRUE(worked.ok()) << worked.error().message;
      if (!*worked) return;
    }
  }
  Result<BulkEdit> Undo(const std::string& id) {
    return edits_->Undo({bus::KeyFor("undo-" + std::to_string(++keys_)), 0, "agents/8"}, id);
  }
  // "DONE 4 done, 1 refused"
  std::string Progress(const std::string& id) {
    const BulkEdit edit = *edits_->Get(id);
    constexpr const char* kStates[] = {"", "RUNNING", "DONE", "CANCELLED", "UNDOING", "UNDONE"};
    std::string text = kStates[static_cast<int>(edit.state)];
    const auto add = [&](int count, const char* what) {
      if (count > 0) text += " " + std::to_string(count) + " " + what;
    };
    add(edit.counts.waiting, "waiting");
    add(edit.counts.done, "done");
    add(edit.counts.unchanged, "unchanged");
    add(edit.counts.refused, "refused");
    add(edit.counts.undone, "undone");
    add(edit.counts.kept, "kept");
    return text;
  }
  template <class T>
  static std::string Reason(const Result<T>& result) {
    return result.ok() ? "OK" : result.error().reason;
  }

  std::unique_ptr<BulkEdits> edits_;
  std::vector<TicketId> ids_;
};

TEST_P(BulkEditsTest, DoesTheSameToAllThatTheFilterHadThen) {
  const auto made = Create({Urgent(), Tag("spring")}, {}, "once");
  ASSERT_EQ(Reason(made), "OK");
  EXPECT_EQ(Create({Urgent(), Tag("spring")}, {}, "once")->id, made->id);
  const TicketId late = Take(Mail("late@x.test")).ticket_id;
  EXPECT_EQ(Progress(made->id), "RUNNING 5 waiting");
  Work();
  EXPECT_EQ(Progress(made->id), "DONE 5 done");
  for (const TicketId& id : ids_) {
    EXPECT_EQ(Get(id).priority, Priority::kUrgent);
    EXPECT_EQ(Get(id).tags, std::vector<std::string>{"spring"});
  }
  EXPECT_EQ(Get(late).priority, Priority::kNormal) << "it came later";
  const auto cause = LastFact<v1::TicketChanged>(ids_[0].value).cause();
  EXPECT_EQ(cause.actor(), "agents/9");
  EXPECT_EQ(cause.reason(), "BULK_EDIT");
  EXPECT_EQ(cause.note(), "spring cleaning");
  EXPECT_EQ(FactTypes("bulk-edits/" + made->id), "BulkEditChanged BulkEditChanged");
}

TEST_P(BulkEditsTest, WhatOneRefusesStopsNoneOfTheOthers) {
  Close(ids_[2]);
  Update update;
  update.priority = Priority::kUrgent;
  ASSERT_TRUE(tickets_->Set(Of(ids_[3]), update).ok());
  Filter filter;
  filter.statuses = {Status::kNew, Status::kClosed};
  const auto made = Create({Urgent()}, filter);
  Work();
  EXPECT_EQ(Progress(made->id), "DONE 3 done 1 unchanged 1 refused");
  const auto refused = edits_->Items(made->id, BulkItemState::kRefused, 10, 0);
  ASSERT_EQ(refused->size(), 1u);
  EXPECT_EQ(refused->at(0).ticket_id, ids_[2]);
  EXPECT_EQ(refused->at(0).reason, "WRONG_STATE");
  // Of a ticket that refuses one action none is done.
  const auto second = Create({Tag("x"), Action{ActionKind::kReopen}}, filter);
  Work();
  EXPECT_EQ(Progress(second->id), "DONE 5 refused");
  EXPECT_TRUE(Get(ids_[0]).tags.empty());
}

TEST_P(BulkEditsTest, AFaultWithOneTicketStopsNoneOfTheOthers) {
  const std::string of = ids_[2].value;
  const std::string fault =
      GetParam() == sql::Engine::kSqlite
          ? "CREATE TRIGGER fault BEFORE UPDATE ON ticket WHEN NEW.id = '" + of +
                "' AND NEW.priority = 4 BEGIN SELECT RAISE(ABORT, 'fault'); END"
          : "ALTER TABLE ticket ADD CONSTRAINT fault CHECK (id <> '" + of + "' OR priority <> 4)";
  ASSERT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                RETURN_IF_ERROR(tx.Execute(fault));
                return Ok();
              }).ok());
  const auto made = Create({Urgent()});
  Work();
  EXPECT_EQ(Progress(made->id), "DONE 4 done 1 refused");
  const auto refused = edits_->Items(made->id, BulkItemState::kRefused, 10, 0);
  ASSERT_EQ(refused->size(), 1u);
  EXPECT_EQ(refused->at(0).ticket_id.value, of);
  EXPECT_EQ(refused->at(0).reason, "CONSTRAINT_VIOLATION");
  EXPECT_EQ(Get(ids_[2]).priority, Priority::kNormal);
}

TEST_P(BulkEditsTest, TakesBackWhatNobodyChangedSince) {
  Update update;
  update.tags = {"mine"};
  ASSERT_TRUE(tickets_->Set(Of(ids_[0]), update).ok());
  Into(ids_[1], Status::kPending);
  Action assign{ActionKind::kAssign};
  assign.id = "7";
  assign.text = "Seven";
  const auto made = Create({Urgent(), Tag("spring"), assign, Action{ActionKind::kResolve}});
  Work();
  EXPECT_EQ(Progress(made->id), "DONE 5 done");
  // A person goes on with one of them.
  ASSERT_TRUE(tickets_->Reopen(Of(ids_[4])).ok());
  Update low;
  low.priority = Priority::kLow;
  ASSERT_TRUE(tickets_->Set(Of(ids_[4]), low).ok());
  Close(Take(Mail("b@x.test")).ticket_id);
  ASSERT_TRUE(tickets_->Close(Of(ids_[3])).ok());
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  EXPECT_EQ(Progress(made->id), "UNDONE 4 undone 1 kept");
  EXPECT_EQ(Get(ids_[0]).status, Status::kOpen);
  EXPECT_EQ(Get(ids_[0]).priority, Priority::kNormal);
  EXPECT_EQ(Get(ids_[0]).tags, std::vector<std::string>{"mine"});
  EXPECT_EQ(Get(ids_[0]).assignee_id, "");
  EXPECT_EQ(LastFact<v1::TicketUnassigned>(ids_[0].value).cause().actor(), "agents/8");
  EXPECT_EQ(Get(ids_[4]).priority, Priority::kLow) << "what was changed since stays";
  EXPECT_TRUE(Get(ids_[4]).tags.empty());
  EXPECT_EQ(edits_->Items(made->id, BulkItemState::kKept, 9, 0)->at(0).ticket_id, ids_[3]);
  EXPECT_EQ(Reason(Undo(made->id)), "BULK_EDIT_NOT_FINISHED") << "once";
}

TEST_P(BulkEditsTest, ACancelledOneKeepsWhatIsDoneAndCanBeUndone) {
  const auto made = Create({Urgent()});
  ASSERT_TRUE(*edits_->Step());
  ASSERT_TRUE(*edits_->Step());
  EXPECT_EQ(Reason(Undo(made->id)), "BULK_EDIT_NOT_FINISHED");
  ASSERT_EQ(Reason(edits_->Cancel({bus::KeyFor("cancel")}, made->id)), "OK");
  EXPECT_EQ(Reason(edits_->Cancel({bus::KeyFor("again")}, made->id)), "BULK_EDIT_NOT_RUNNING");
  Work();
  EXPECT_EQ(Progress(made->id), "CANCELLED 3 waiting 2 done");
  clock_.Advance(kBulkUndoWindow);
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  EXPECT_EQ(Progress(made->id), "UNDONE 3 waiting 2 undone");
}

TEST_P(BulkEditsTest, RefusesWhatMakesNoSense) {
  EXPECT_EQ(Reason(Create({})), "INVALID_FIELDS");
  EXPECT_EQ(Reason(Create({Tag("")})), "INVALID_FIELDS");
  EXPECT_EQ(Reason(Create({Urgent()}, {.queue_ids = {"nowhere"}})), "NO_TICKETS");
  EXPECT_EQ(Reason(edits_->Get("none")), "BULK_EDIT_NOT_FOUND");
  EXPECT_EQ(Reason(Undo("none")), "BULK_EDIT_NOT_FOUND");
  const auto made = Create({Urgent()});
  Work();
  clock_.Advance(kBulkUndoWindow + Duration(1));
  EXPECT_EQ(Reason(Undo(made->id)), "BULK_UNDO_WINDOW_OVER");
  clock_.Advance(std::chrono::hours(24 * 31));
  ASSERT_EQ(Reason(Create({Tag("new")})), "OK");
  EXPECT_EQ(Reason(edits_->Get(made->id)), "BULK_EDIT_NOT_FOUND") << "kept for 30 days";
}

TEST_P(BulkEditsTest, SeveralWorkersDoEachTicketOnce) {
  const auto made = Create({Tag("once")});
  {
    events::BulkWorker one(*edits_);
    BulkEdits other(*database_, *journal_, clock_, *policies_);
    events::BulkWorker two(other);
    ASSERT_TRUE(one.Start().ok() && two.Start().ok());
    ASSERT_TRUE(testing::Eventually([&] { return Progress(made->id) == "DONE 5 done"; }));
  }
  for (const TicketId& id : ids_) EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketChanged");
}

TEST_P(BulkEditsTest, FlagsAreTakenBackWithTheirNotes) {
  ASSERT_TRUE(tickets_->Flag(Of(ids_[0]), {"was there before", "MAX_WAIT"}).ok());
  Action flag{ActionKind::kFlag};
  flag.text = "look";
  const auto made = Create({flag});
  Work();
  ASSERT_TRUE(tickets_->Flag(Of(ids_[1]), {"and I say why"}).ok());
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  EXPECT_EQ(Progress(made->id), "UNDONE 4 undone 1 kept");
  EXPECT_EQ(Get(ids_[0]).flag_note, "was there before");
  EXPECT_EQ(Get(ids_[0]).flag_reason, "MAX_WAIT");
  EXPECT_EQ(Get(ids_[1]).flag_note, "and I say why") << "somebody flagged it since";
  EXPECT_FALSE(Get(ids_[2]).flagged);
  EXPECT_EQ(Get(ids_[2]).flag_note, "");
}

TEST_P(BulkEditsTest, WhatCannotBeTakenBackSaysSo) {
  Action note{ActionKind::kNote};
  note.text = "seen";
  const auto made = Create({note});
  Work();
  Update update;
  update.priority = Priority::kUrgent;
  ASSERT_TRUE(tickets_->Set(Of(ids_[0]), update).ok());
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  const auto kept = *edits_->Items(made->id, BulkItemState::kKept, 9, 0);
  ASSERT_EQ(kept.size(), 5u);
  for (const BulkItem& one : kept) {
    EXPECT_EQ(one.reason, one.ticket_id == ids_[0] ? "CHANGED_SINCE" : "NOTHING_TO_TAKE_BACK");
  }
}

TEST_P(BulkEditsTest, CancellingWaitsForTheTicketThatIsUnderWay) {
  const auto made = Create({Urgent()});
  std::promise<void> is_held;
  std::promise<void> let_go;
  std::thread holder([&] {
    EXPECT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                  RETURN_IF_ERROR(store::LoadForChange(tx, ids_.back()));
                  is_held.set_value();
                  let_go.get_future().wait();
                  return Ok();
                }).ok());
  });
  is_held.get_future().wait();
  auto step = std::async(std::launch::async, [&] { return edits_->Step(); });
  step.wait_for(std::chrono::milliseconds(200));  // it waits for the ticket by then
  auto cancelled = std::async(std::launch::async,
                              [&] { return edits_->Cancel({bus::KeyFor("cancel")}, made->id); });
  cancelled.wait_for(std::chrono::milliseconds(200));
  let_go.set_value();
  holder.join();
  ASSERT_TRUE(step.get().ok());
  const auto told = cancelled.get();
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->counts.done, edits_->Get(made->id)->counts.done)
      << "what the caller was told went on to change";
}

TEST_P(BulkEditsTest, WhatWaitedWaitsAgainForWhatItWaitedFor) {
  for (const TicketId& id : ids_) Into(id, Status::kOpen);
  const Time until = Later();
  ASSERT_TRUE(tickets_->Pend(Of(ids_[0]), until).ok());
  ASSERT_TRUE(tickets_->Pend(Of(ids_[1]), std::nullopt).ok());
  ASSERT_TRUE(tickets_->Snooze(Of(ids_[2]), until).ok());
  ASSERT_TRUE(tickets_->Hold(Of(ids_[3])).ok());
  const Time soon = clock_.Now() + std::chrono::minutes(1);
  ASSERT_TRUE(tickets_->Snooze(Of(ids_[4]), soon).ok());
  const auto made = Create({Action{ActionKind::kResolve}});
  Work();
  clock_.Advance(std::chrono::minutes(2));
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  EXPECT_EQ(Progress(made->id), "UNDONE 5 undone");
  EXPECT_EQ(Get(ids_[0]).status, Status::kPending);
  EXPECT_EQ(Get(ids_[0]).until, until);
  EXPECT_EQ(Get(ids_[1]).status, Status::kPending);
  EXPECT_EQ(Get(ids_[1]).until, std::nullopt);
  EXPECT_EQ(Get(ids_[2]).status, Status::kSnoozed);
  EXPECT_EQ(Get(ids_[2]).until, until);
  EXPECT_EQ(Get(ids_[3]).status, Status::kOnHold);
  EXPECT_EQ(Get(ids_[4]).status, Status::kOpen) << "its time has passed meanwhile";
}

TEST_P(BulkEditsTest, TheNameOfAStatusComesBackWithIt) {
  const auto name = [&](const char* id, Status status, bool archived = false) {
    ASSERT_TRUE(status_names_->Put(Admin(), {id, "Our word", status, archived}).ok());
  };
  const auto call = [&](const TicketId& id, const char* named) {
    Update update;
    update.status_name = named;
    ASSERT_TRUE(tickets_->Set(Of(id), update).ok());
  };
  name("parts", Status::kPending);
  name("bench", Status::kOpen);
  name("gone", Status::kOnHold);
  for (const TicketId& id : ids_) Into(id, Status::kOpen);
  ASSERT_TRUE(tickets_->Pend(Of(ids_[0]), std::nullopt).ok());
  call(ids_[0], "parts");
  call(ids_[1], "bench");
  ASSERT_TRUE(tickets_->Hold(Of(ids_[2])).ok());
  call(ids_[2], "gone");
  const Time soon = clock_.Now() + std::chrono::minutes(1);
  ASSERT_TRUE(tickets_->Pend(Of(ids_[3]), soon).ok());
  call(ids_[3], "parts");
  const auto made = Create({Action{ActionKind::kResolve}});
  Work();
  name("gone", Status::kOnHold, true);
  clock_.Advance(std::chrono::minutes(2));
  ASSERT_EQ(Reason(Undo(made->id)), "OK");
  Work();
  EXPECT_EQ(Progress(made->id), "UNDONE 5 undone");
  EXPECT_EQ(Get(ids_[0]).status_name, "parts");
  EXPECT_EQ(Get(ids_[1]).status_name, "bench");
  EXPECT_EQ(Get(ids_[2]).status, Status::kOnHold);
  EXPECT_EQ(Get(ids_[2]).status_name, "") << "it is archived meanwhile";
  EXPECT_EQ(Get(ids_[3]).status_name, "") << "its time has passed meanwhile";
}

MUARA_ON_BOTH_ENGINES(BulkEditsTest);

}  // namespace
}  // namespace muara::ticket
