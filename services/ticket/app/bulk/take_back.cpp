// What a bulk edit did to one ticket, taken back by the same code as a person's.
#include "libs/base/id.h"
#include "libs/sql/nested.h"
#include "services/ticket/app/bulk/bulk_edits.h"

namespace muara::ticket {
namespace {

Update UpdateOf(const TakeBack& back) {
  Update update;
  update.queue_id = back.queue_id;
  update.priority = back.priority;
  update.type = back.type;
  update.status_name = back.status_name;
  update.add_tags = back.add_tags;
  update.remove_tags = back.remove_tags;
  update.fields = back.fields;
  update.remove_fields = back.remove_fields;
  return update;
}

muara::Status WaitAgain(Tickets& tickets, const Change& change, Status status,
                        std::optional<Time> until) {
  if (status == Status::kOnHold) {
    RETURN_IF_ERROR(tickets.Hold(change));
  } else if (status == Status::kSnoozed && until) {
    RETURN_IF_ERROR(tickets.Snooze(change, *until));
  } else {
    RETURN_IF_ERROR(tickets.Pend(change, until));
  }
  return Ok();
}

}  // namespace

muara::Status BulkEdits::Apply(sql::Tx& tx, const Change& change, const BulkItem& item,
                               const TakeBack& back) {
  sql::Nested steps(tx);
  Tickets tickets(steps, journal_, clock_, policies_);
  const auto numbered = [&](int number) {
    Change one = change;
    one.key.key = NamedUuid(change.key.key + "/" + std::to_string(number));
    return one;
  };
  // What is over or put away changes only after it is back.
  if (back.restores) RETURN_IF_ERROR(tickets.UnmarkSpam(numbered(1)));
  if (back.reopens) RETURN_IF_ERROR(tickets.Reopen(numbered(2)));
  if (back.updates()) RETURN_IF_ERROR(tickets.Set(numbered(3), UpdateOf(back)));
  if (back.flagged && *back.flagged) {
    RETURN_IF_ERROR(tickets.Flag(numbered(5), {item.before.flag_note, item.before.flag_reason}));
  } else if (back.flagged) {
    RETURN_IF_ERROR(tickets.Unflag(numbered(5)));
  }
  if (back.assignee_id && back.assignee_id->empty()) {
    RETURN_IF_ERROR(tickets.Unassign(numbered(4), UnassignRights::kAny));
  } else if (back.assignee_id) {
    RETURN_IF_ERROR(tickets.Assign(numbered(4), *back.assignee_id, item.before.assignee_name));
  }
  // What it waited for has come meanwhile: it would be open by now.
  if (back.waits && item.before.until.value_or(Time::max()) > clock_.Now()) {
    RETURN_IF_ERROR(WaitAgain(tickets, numbered(6), *back.waits, item.before.until));
  }
  if (back.named.empty()) return Ok();
  ASSIGN_OR_RETURN(const Ticket now, store::Load(tx, change.id));
  if (now.status != item.before.status || now.status_name == back.named) return Ok();
  Update update;
  update.status_name = back.named;
  const auto named = tickets.Set(numbered(7), update);
  // One that is archived meanwhile is given to no ticket any more; the status is back all the same.
  return named.ok() || IsRefusal(named.error()) ? Ok() : muara::Status(named.error());
}

}  // namespace muara::ticket
