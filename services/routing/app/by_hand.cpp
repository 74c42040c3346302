// What people decide past the engine: transfers, priorities, and work that is pulled.
#include <algorithm>

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/routing/app/versions.h"
#include "services/routing/app/work.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"
#include "services/routing/wire/events.h"

namespace muara::routing {
namespace {

Error NotWaiting() {
  return MakeError(Code::kFailedPrecondition, "NOT_WAITING",
                   "the work does not wait: somebody has it, or it is over");
}

Error NotAble(const std::string& agent_id, const std::vector<Hindrance>& hindrances) {
  Error error = MakeError(Code::kFailedPrecondition, "NOT_ABLE",
                          "the rules keep " + agent_id + " and this work apart");
  for (const Hindrance& one : hindrances) error.violations.push_back({one.code, one.detail});
  return error;
}

}  // namespace

Status Work::AddressIn(sql::Tx& tx, WorkItem& item, const Handover& to, Time now) {
  const auto policy = policy_.Now();
  item.requirements = to.requirements;
  item.reason = kTransferred;
  item.preference = Preference::kSticky;
  item.preferred_agent_id.clear();
  item.preferred_until = Time();
  item.excluded.clear();
  if (!to.from_agent_id.empty() && to.from_agent_id != to.to_agent_id) {
    item.excluded[to.from_agent_id] = now + std::chrono::seconds(policy->exclusion_seconds);
  }
  if (to.to_agent_id.empty()) return Ok();
  const auto agent = store::LoadAgent(tx, to.to_agent_id);
  if (!agent.ok() && agent.error().code != Code::kNotFound) return agent.error();
  if (!agent.ok()) {
    item.reason = kTransferAgentUnknown;
    return Ok();
  }
  item.preference = Preference::kDirected;
  item.preferred_agent_id = agent->id;
  item.preferred_until = now + std::chrono::seconds(policy->transfer_seconds);
  return Ok();
}

Status Work::TransferredIn(sql::Tx& tx, const TicketView& ticket, const Handover& to) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, ticket.id));
  if (!item) {
    RETURN_IF_ERROR(OpenedIn(tx, ticket));
    ASSIGN_OR_RETURN(item, store::FindItemForChange(tx, ticket.id));
  }
  const bool waited = item->status == ItemStatus::kQueued || item->status == ItemStatus::kOffered;
  // Whoever wrote has waited since then, but not for work that was over already.
  if (item->status == ItemStatus::kDone) item->enqueue_time = now;
  RETURN_IF_ERROR(LetGoIn(tx, *item, now));
  RETURN_IF_ERROR(floor_.Ensure(tx, ticket.queue_id, now));
  // Who names its own queue wants it there, wherever it overflowed to.
  to.to_queue_id.empty() ? TakeInPlace(*item, ticket, now) : Take(*item, ticket, now);
  RETURN_IF_ERROR(AddressIn(tx, *item, to, now));
  if (ticket.waits) {
    item->status = ItemStatus::kParked;
    return floor_.Save(tx, *item, wire::WorkParked, now);
  }
  if (!waited) {
    item->weight = policy_.Now()->capacity.WeightOf(item->channel);
    item->wait_start = now;  // it was in hands, or over, since it came
    item->is_overdue = false;
  }
  item->status = ItemStatus::kQueued;
  return floor_.Save(tx, *item, wire::WorkQueued, now);
}

Result<WorkItem> Work::Prioritize(const std::string& id, const OperationKey& key,
                                  int expected_version, std::optional<int> priority) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<WorkItem> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, id));
    if (!first || !item) return store::LoadItem(tx, id);
    RETURN_IF_ERROR(CheckVersion(item->version, expected_version));
    if (item->status == ItemStatus::kDone || item->status == ItemStatus::kWrapping) {
      return MakeError(Code::kFailedPrecondition, "WORK_ENDED", "the work is over");
    }
    const int before = item->priority;
    const bool was_by_hand = item->priority_by_hand;
    item->priority = priority.value_or(item->ticket_priority);
    item->priority_by_hand = priority.has_value();
    if (item->priority == before && item->priority_by_hand == was_by_hand) return std::move(*item);
    item->reason = "PRIORITIZED";
    const bool waits = item->status == ItemStatus::kQueued;
    RETURN_IF_ERROR(floor_.Save(tx, *item, waits ? wire::WorkQueued : wire::WorkChanged, now));
    return std::move(*item);
  });
}

Result<Offer> Offers::Pull(const std::string& item_id, const OperationKey& key,
                           const std::string& agent_id, PullRights rights) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Offer> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    // The offer's id is made of the key, so that a retry finds what the first try made.
    const std::string id = NamedUuid(key.key);
    if (!first) {
      ASSIGN_OR_RETURN(Offer made, store::LoadOffer(tx, id));
      if (made.agent_id == agent_id && made.work_item_id == item_id) return made;
      return MakeError(Code::kAlreadyExists, "REQUEST_ID_USED",
                       "this request_id was used for something else");
    }
    ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, item_id));
    if (!item) {
      return MakeError(Code::kNotFound, "WORK_ITEM_NOT_FOUND", "there is no such work item");
    }
    if (item->status != ItemStatus::kQueued) return NotWaiting();
    ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, agent_id));
    ASSIGN_OR_RETURN(const Queue queue, hours_.Load(tx, item->queue_id));
    if (rights == PullRights::kAsQueueSays && !queue.agents_may_pull) {
      return MakeError(Code::kFailedPrecondition, "PULL_NOT_ALLOWED",
                       "agents of the queue " + queue.id + " get work by offers alone");
    }
    ASSIGN_OR_RETURN(auto hindrances, HindrancesIn(tx, queue, *item, agent, now));
    if (rights == PullRights::kAny) {
      std::erase_if(hindrances,
                    [](const Hindrance& one) { return one.code == "KEPT_FOR_ANOTHER"; });
    }
    if (!hindrances.empty()) return NotAble(agent_id, hindrances);
    Offer offer = NewOffer(*item, {item_id, agent_id, kPulled}, queue, 0, now);
    offer.id = id;
    RETURN_IF_ERROR(store::InsertOffer(tx, offer));
    OfferTo(agent, *item, offer);
    RETURN_IF_ERROR(floor_.Save(
        tx, *item, [&](const WorkItem& saved) { return wire::WorkOffered(saved, offer); }, now));
    return AcceptIn(tx, {std::move(offer), std::move(*item), std::move(agent)}, now);
  });
}

}  // namespace muara::routing
