#include "services/routing/app/work.h"

#include "libs/base/id.h"
#include "services/routing/domain/due.h"
#include "services/routing/store/flags.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"
#include "services/routing/wire/events.h"

namespace muara::routing {
namespace {

bool IsHeld(const WorkItem& item) {
  return item.status == ItemStatus::kOffered || item.status == ItemStatus::kAssigned;
}

// Counted from its coming.
void BeginWait(WorkItem& item) {
  item.wait_start = Time();
  item.queue_start = Time();
  item.is_overdue = false;
}

// What its ticket says, but where it waits.
void TakeFields(WorkItem& item, const TicketView& ticket) {
  item.home_queue_id = ticket.queue_id;
  item.channel = ticket.channel;
  item.ticket_priority = ticket.priority;
  if (!item.priority_by_hand) item.priority = ticket.priority;
  item.due_time = ticket.due_time;
  item.subject = ticket.subject;
  item.ticket_reference = ticket.reference;
}

void EndWrapUp(WorkItem& item) {
  item.wrap_up_until = Time();
  item.wrap_up_extendable_seconds = 0;
}

}  // namespace

void Work::Take(WorkItem& item, const TicketView& ticket, Time now) {
  item.MoveTo(ticket.queue_id, now);
  TakeFields(item, ticket);
}

void Work::TakeInPlace(WorkItem& item, const TicketView& ticket, Time now) {
  if (item.home_queue_id != ticket.queue_id) item.MoveTo(ticket.queue_id, now);
  TakeFields(item, ticket);
}

Status Work::OpenedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
  WorkItem item;
  item.id = ticket.id;
  Take(item, ticket, now);
  item.weight = policy_.Now()->capacity.WeightOf(ticket.channel);
  item.enqueue_time = now;
  BeginWait(item);
  item.reason = "QUEUED_NEW";
  return floor_.Insert(tx, item, now);
}

// Gives back what is held of it: the offer is taken back, the agent's load is freed.
Status Work::LetGoIn(sql::Tx& tx, WorkItem& item, Time now) {
  if (item.status == ItemStatus::kOffered) return offers_.RescindIn(tx, item, now);
  const bool in_hands =
      item.status == ItemStatus::kAssigned || item.status == ItemStatus::kWrapping;
  if (in_hands) RETURN_IF_ERROR(offers_.ReleaseIn(tx, item, now));
  item.agent_id.clear();
  item.offer_id.clear();
  EndWrapUp(item);
  return Ok();
}

Status Work::QueueIn(sql::Tx& tx, WorkItem item, const TicketView& ticket, const char* reason,
                     Time now) {
  RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
  ASSIGN_OR_RETURN(const Queue queue, store::LoadQueueUncounted(tx, ticket.queue_id));
  Take(item, ticket, now);
  const bool was_parked = item.status == ItemStatus::kParked;
  item.status = ItemStatus::kQueued;
  item.weight = policy_.Now()->capacity.WeightOf(item.channel);
  // What was given on while it was parked waits for whoever was named then.
  if (item.preference == Preference::kDirected && ticket.assignee_id.empty() && was_parked) {
    item.preferred_until = now + std::chrono::seconds(policy_.Now()->transfer_seconds);
  } else {
    item.preference = Preference::kSticky;
    item.preferred_agent_id = ticket.assignee_id;
    item.preferred_until = now + std::chrono::seconds(queue.preferred_seconds);
  }
  item.enqueue_time = now;
  BeginWait(item);
  item.reason = reason;
  item.excluded.clear();
  return floor_.Save(tx, item, wire::WorkQueued, now);
}

// Its agent wraps it up, and has the capacity for it still. One who is lost has not: the agent is
// locked, so that losing it comes before this or finds the work assigned.
Result<bool> Work::HasInHandsIn(sql::Tx& tx, const WorkItem& item, const std::string& agent_id) {
  if (item.status != ItemStatus::kWrapping || item.agent_id != agent_id) return false;
  ASSIGN_OR_RETURN(const Agent agent, store::LoadAgentForChange(tx, agent_id));
  return agent.connection != Connection::kNone;
}

Status Work::ReopenedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  if (!item) return OpenedIn(tx, ticket);
  if (IsHeld(*item) || item->status == ItemStatus::kQueued) return ChangedIn(tx, ticket);
  ASSIGN_OR_RETURN(const bool in_hands, HasInHandsIn(tx, *item, ticket.assignee_id));
  if (in_hands) {
    RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
    TakeInPlace(*item, ticket, now);
    EndWrapUp(*item);
    item->status = ItemStatus::kAssigned;
    item->reason = "REOPENED_WHILE_WRAPPING";
    return floor_.Save(tx, *item, wire::WorkAssigned, now);
  }
  if (item->status == ItemStatus::kWrapping) item->ForgetWishes();  // that piece of work is over
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  return QueueIn(tx, *item, ticket, "QUEUED_AGAIN", now);
}

// By our own accept, which the item knows already, or by a supervisor.
Status Work::AssignedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  // One that waits for its contact is nobody's load; its agent is preferred when it is work again.
  if (!item || item->status == ItemStatus::kParked) return Ok();
  if (item->status == ItemStatus::kAssigned && item->agent_id == ticket.assignee_id) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  item->status = ItemStatus::kAssigned;
  item->agent_id = ticket.assignee_id;
  item->due_time = ticket.due_time;
  item->reason = "ASSIGNED_DIRECTLY";
  auto holder = store::LoadAgentForChange(tx, ticket.assignee_id);
  if (holder.ok()) {
    holder->load.Add(item->channel, item->weight);
    holder->excess = holder->over();
    RETURN_IF_ERROR(floor_.SaveLoad(tx, *holder, now));
  } else if (holder.error().code == Code::kNotFound) {
    item->agent_id.clear();  // someone who is no agent of ours: nobody's capacity is held
  } else {
    return holder.error();
  }
  return floor_.Save(tx, *item, wire::WorkAssigned, now);
}

Status Work::ParkedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  if (!item || item->status == ItemStatus::kDone) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  item->status = ItemStatus::kParked;
  item->reason = "TICKET_WAITS";
  return floor_.Save(tx, *item, wire::WorkParked, now);
}

Status Work::RestoredIn(sql::Tx& tx, const TicketView& ticket) {
  if (!ticket.waits) return ReopenedIn(tx, ticket);
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  if (!item || item->status == ItemStatus::kParked) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  item->status = ItemStatus::kParked;
  item->reason = "RESTORED";
  return floor_.Save(tx, *item, wire::WorkParked, now);
}

Status Work::EscalatedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  // What is parked or done is taken anew when it is work again.
  const bool expired = item && item->status == ItemStatus::kExpired;
  if (!item || (!IsHeld(*item) && item->status != ItemStatus::kQueued && !expired)) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  return QueueIn(tx, *item, ticket, "QUEUED_ESCALATED", now);
}

Status Work::ReturnedIn(sql::Tx& tx, const TicketView& ticket, const std::string& from_agent_id) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  // What is parked or done is taken anew when it is work again.
  if (!item || !IsHeld(*item)) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
  TakeInPlace(*item, ticket, now);
  item->status = ItemStatus::kQueued;
  item->weight = policy_.Now()->capacity.WeightOf(item->channel);
  item->preferred_agent_id = from_agent_id;
  item->preferred_until = Time();  // nobody waits for it
  item->preference = Preference::kSticky;
  BeginWait(*item);
  item->wait_start = now;  // it was in hands since it came
  item->reason = kAgentLost;
  tx.OnCommit([this] { meters_.ReturnedFromLost(); });
  return floor_.Save(tx, *item, wire::WorkQueued, now);
}

Result<int> Work::WrapUpSecondsOf(sql::Tx& tx, const WorkItem& item) {
  if (item.status != ItemStatus::kAssigned || item.agent_id.empty()) return 0;
  ASSIGN_OR_RETURN(const Queue queue, store::LoadQueueUncounted(tx, item.queue_id));
  if (queue.wrap_up_seconds == 0) return 0;
  ASSIGN_OR_RETURN(const Agent agent, store::LoadAgent(tx, item.agent_id));
  return agent.connection == Connection::kNone ? 0 : queue.wrap_up_seconds;
}

Status Work::EndedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  if (!item || item->status == ItemStatus::kDone || item->status == ItemStatus::kWrapping) {
    return Ok();
  }
  ASSIGN_OR_RETURN(const int wrap_up_seconds, WrapUpSecondsOf(tx, *item));
  if (wrap_up_seconds > 0) {
    item->status = ItemStatus::kWrapping;
    item->wrap_up_until = now + std::chrono::seconds(wrap_up_seconds);
    item->wrap_up_extendable_seconds = wrap_up_seconds;
    item->reason = "TICKET_ENDED";
    return floor_.Save(tx, *item, wire::WorkWrapping, now);
  }
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  item->Finish("TICKET_ENDED");
  return floor_.Save(tx, *item, wire::WorkDone, now);
}

Status Work::ChangedIn(sql::Tx& tx, const TicketView& ticket) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  const bool moved = item && item->home_queue_id != ticket.queue_id;
  if (moved && item->status == ItemStatus::kExpired) {
    return QueueIn(tx, *item, ticket, "QUEUED_AGAIN", now);
  }
  // What is parked, expired or done is taken anew when it is work again.
  if (!item || (!IsHeld(*item) && item->status != ItemStatus::kQueued)) return Ok();
  // Nobody goes by when something is due that somebody has: whatever takes it from them says when
  // it is due then. Each reply moves that, so it is worth no fact of its own.
  const bool due_elsewhen =
      item->due_time != ticket.due_time && item->status != ItemStatus::kAssigned;
  const bool changed = moved || due_elsewhen || item->ticket_priority != ticket.priority ||
                       item->subject != ticket.subject;
  // Offered to someone of the queue that it has left: back, to wait in the other one.
  if (moved && item->status == ItemStatus::kOffered) {
    RETURN_IF_ERROR(offers_.RescindIn(tx, *item, now));
  }
  if (!changed) return Ok();
  RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
  TakeInPlace(*item, ticket, now);
  return floor_.Save(tx, *item, IsHeld(*item) ? wire::WorkChanged : wire::WorkQueued, now);
}

Status Work::WrittenIn(sql::Tx& tx, const TicketView& ticket) {
  ASSIGN_OR_RETURN(const auto item, store::FindItemForChange(tx, ticket.id));
  const bool expired = item && item->status == ItemStatus::kExpired;
  return expired ? ReopenedIn(tx, ticket) : ChangedIn(tx, ticket);
}

Status Work::EraseIn(sql::Tx& tx, const std::string& ticket_id) {
  ASSIGN_OR_RETURN(const auto item, store::FindItemForChange(tx, ticket_id));
  if (!item) return Ok();
  RETURN_IF_ERROR(store::DropSubjects(tx, ticket_id));
  return floor_.EmptyFactsOf(tx, ticket_id);
}

Status Work::RefusedIn(sql::Tx& tx, const std::string& item_id, const std::string& offer_id) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, item_id));
  if (!item || item->offer_id != offer_id) return Ok();
  // What ended before its agent was told of it is not wrapped up either.
  if (item->status != ItemStatus::kAssigned && item->status != ItemStatus::kWrapping) return Ok();
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  item->Finish("ASSIGN_REFUSED");
  return floor_.Save(tx, *item, wire::WorkDone, now);
}

Status Work::OverflowIn(sql::Tx& tx, WorkItem& item, const Queue& queue, Time now) {
  RETURN_IF_ERROR(floor_.Ensure(tx, queue.overflow_queue_id, now));
  item.MoveTo(queue.overflow_queue_id, now);
  item.reason = "QUEUED_OVERFLOW";
  return floor_.Save(tx, item, wire::WorkQueued, now);
}

Status Work::MaxWaitIn(sql::Tx& tx, WorkItem& item, const Queue& queue, Time now) {
  const bool expires = queue.max_wait_action == MaxWaitAction::kExpire;
  item.is_overdue = true;
  if (expires) {
    item.status = ItemStatus::kExpired;
    item.reason = kMaxWait;
  }
  RETURN_IF_ERROR(
      store::InsertFlag(tx,
                        {NewUuid(), item.id,
                         "waited longer than " + std::to_string(queue.max_wait_seconds) +
                             " s in the queue " + queue.id},
                        now));
  return floor_.Save(tx, item, expires ? wire::WorkExpired : wire::WorkOverdue, now);
}

Result<bool> Work::EndWait(const std::string& item_id, int64_t epoch) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<bool> {
    RETURN_IF_ERROR(store::CheckEpoch(tx, epoch));
    ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, item_id));
    if (!item || item->status != ItemStatus::kQueued) return false;
    ASSIGN_OR_RETURN(const Queue queue, hours_.Load(tx, item->queue_id));
    const auto due = DueOf(queue, *item, now);
    if (!due) return false;
    RETURN_IF_ERROR(*due == Due::kOverflow ? OverflowIn(tx, *item, queue, now)
                                           : MaxWaitIn(tx, *item, queue, now));
    return true;
  });
}

Result<WorkItem> Work::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadItem(tx, id); });
}

Result<std::vector<WorkItem>> Work::List(int status, const std::string& queue_id, int limit,
                                         const std::string& after) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListItems(tx, status, queue_id, limit, after); });
}

}  // namespace muara::routing
