// The same actions on every ticket of a filter: taken down at once, done one ticket at a time in
// transactions of their own, so that nobody waits for them, and taken back the same way. What one
// ticket refuses stops none of the others. Thread-safe; several replicas share the work.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/wake.h"
#include "services/ticket/app/rules/acting.h"
#include "services/ticket/domain/bulk/bulk_edit.h"
#include "services/ticket/domain/search/filter.h"
#include "services/ticket/store/bulk/bulk_edits.h"

namespace muara::ticket {

struct NewBulkEdit {
  Filter filter;
  std::vector<Action> actions;
  std::string owner;
  std::string reason;
};

class BulkEdits {
 public:
  BulkEdits(sql::Database& database, const Journal& journal, const Clock& clock,
            const QueuePolicies& policies)
      : database_(database),
        journal_(journal),
        clock_(clock),
        policies_(policies),
        acting_(journal, policies) {}

  // Its tickets are those of the filter now. NO_TICKETS, TOO_MANY_TICKETS (over 10,000),
  // TOO_MANY_BULK_EDITS (over 20 under way).
  Result<BulkEdit> Create(const OperationKey& key, const NewBulkEdit& wanted);
  Result<BulkEdit> Get(const std::string& id);
  Result<std::vector<BulkEdit>> List(int limit, const std::vector<std::string>& after);
  Result<std::vector<BulkItem>> Items(const std::string& id, std::optional<BulkItemState> state,
                                      int limit, int after);
  // What is done stays. BULK_EDIT_NOT_RUNNING, STALE_VERSION.
  Result<BulkEdit> Cancel(const Edit& change, const std::string& id);
  // Once, within a day after its end. Brings back fields, tags, flags, owners and states; what
  // somebody changed since stays, and so do messages, notes and levels of escalation.
  // BULK_EDIT_NOT_FINISHED, BULK_UNDO_WINDOW_OVER, STALE_VERSION.
  Result<BulkEdit> Undo(const Edit& change, const std::string& id);

  // Does the next ticket of the oldest edit. False: there is nothing to do.
  Result<bool> Step();
  // Until there may be something to do.
  void WaitFor(std::chrono::milliseconds limit) { wake_.WaitFor(limit); }
  void Wake() { wake_.Notify(); }

 private:
  Result<std::vector<TicketId>> Collect(const Filter& filter);
  Result<bool> StepIn(sql::Tx& tx, const std::string& id, Time now);
  muara::Status FinishIn(sql::Tx& tx, const std::string& id, Time now);
  Result<BulkEdit> MoveIn(sql::Tx& tx, BulkEdit edit, BulkState state, const char* why, Time now);
  muara::Status DoIn(sql::Tx& tx, const BulkEdit& edit, BulkItem& item, Time now);
  muara::Status TakeBackIn(sql::Tx& tx, const BulkEdit& edit, BulkItem& item);
  muara::Status Apply(sql::Tx& tx, const Change& change, const BulkItem& item,
                      const TakeBack& back);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
  const QueuePolicies& policies_;
  const Acting acting_;
  bus::Wake wake_;
};

}  // namespace muara::ticket
