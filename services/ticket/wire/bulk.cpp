#include "services/ticket/wire/bulk.h"

#include "libs/rpc/timestamp.h"
#include "services/ticket/wire/rules_proto.h"

namespace muara::ticket::wire {

static_assert(static_cast<int>(BulkState::kUndone) == v1::BULK_EDIT_STATE_UNDONE);
static_assert(static_cast<int>(BulkItemState::kKept) == v1::BULK_ITEM_STATE_KEPT);

v1::BulkEdit ToProto(const BulkEdit& edit) {
  v1::BulkEdit out;
  out.set_id(edit.id);
  out.set_owner(edit.owner);
  out.set_undoer(edit.undoer);
  out.set_reason(edit.reason);
  out.set_state(static_cast<v1::BulkEditState>(edit.state));
  for (const Action& action : edit.actions) *out.add_actions() = ToProto(action);
  rpc::SetTimestamp(out.mutable_create_time(), edit.create_time);
  if (edit.finish_time) rpc::SetTimestamp(out.mutable_finish_time(), *edit.finish_time);
  out.set_version(edit.version);
  out.set_waiting_count(edit.counts.waiting);
  out.set_done_count(edit.counts.done);
  out.set_unchanged_count(edit.counts.unchanged);
  out.set_refused_count(edit.counts.refused);
  out.set_undone_count(edit.counts.undone);
  out.set_kept_count(edit.counts.kept);
  return out;
}

}  // namespace muara::ticket::wire
