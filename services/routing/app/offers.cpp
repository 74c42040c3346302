#include "services/routing/app/offers.h"

#include <algorithm>

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "libs/log/trace.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"
#include "services/routing/wire/events.h"

namespace muara::routing {
namespace {

constexpr int kExpireMax = 200;

Error NotPending(OfferStatus status) {
  const char* why = status == OfferStatus::kTimedOut    ? "it has run out"
                    : status == OfferStatus::kRescinded ? "it was taken back"
                    : status == OfferStatus::kLost      ? "its agent was not there"
                                                        : "it was answered";
  return MakeError(Code::kFailedPrecondition, "OFFER_NOT_PENDING",
                   std::string("the offer no longer stands: ") + why);
}

// To others than its agent an offer does not exist.
Status CheckMine(const Offer& offer, const Answerer& by) {
  if (by.agent_id.empty() || by.agent_id == offer.agent_id) return Ok();
  return MakeError(Code::kNotFound, "OFFER_NOT_FOUND", "there is no such offer");
}

}  // namespace

Offer Offers::NewOffer(const WorkItem& item, const Pair& pair, const Queue& queue, int64_t epoch,
                       Time now) {
  return {.id = NewUuid(),
          .work_item_id = item.id,
          .agent_id = pair.agent_id,
          .queue_id = item.queue_id,
          .create_time = now,
          .expire_time = now + std::chrono::seconds(queue.offer_timeout_seconds),
          .subject = item.subject,
          .ticket_reference = item.ticket_reference,
          .channel = item.channel,
          .why = pair.why,
          .epoch = epoch};
}

void Offers::OfferTo(Agent& agent, WorkItem& item, const Offer& offer) const {
  const auto policy = policy_.Now();
  agent.excess = std::max(agent.excess, SetAside(policy->capacity, item.channel, agent.load));
  agent.load.Add(item.channel, item.weight);
  item.status = ItemStatus::kOffered;
  item.agent_id = agent.id;
  item.offer_id = offer.id;
  item.reason = "OFFERED";
}

Result<std::vector<Hindrance>> Offers::HindrancesIn(sql::Tx& tx, const Queue& queue,
                                                    const WorkItem& item, const Agent& agent,
                                                    Time now) {
  const auto policy = policy_.Now();
  Setting setting{policy->capacity, queue};
  std::optional<Agent> preferred;
  if (now < item.preferred_until && item.preferred_agent_id != agent.id) {
    auto found = store::LoadAgent(tx, item.preferred_agent_id);
    if (!found.ok() && found.error().code != Code::kNotFound) return found.error();
    if (found.ok()) preferred = std::move(*found);
  } else if (now < item.preferred_until) {
    preferred = agent;
  }
  if (preferred) setting.preferred = &*preferred;
  return HindrancesOf(setting, item, agent, now);
}

// What pairs are about, as the store knows it, all locked.
struct Offers::Picture {
  std::map<std::string, WorkItem> items;
  std::map<std::string, Agent> agents;
  std::map<std::string, Queue> queues;
};

Result<Offers::Picture> Offers::LockAll(sql::Tx& tx, const std::vector<Pair>& pairs) {
  std::set<std::string> items, agents, queues;
  for (const Pair& pair : pairs) {
    items.insert(pair.item_id);
    agents.insert(pair.agent_id);
  }
  Picture picture;
  ASSIGN_OR_RETURN(picture.items, store::LockItems(tx, items));
  for (const auto& [id, item] : picture.items) queues.insert(item.queue_id);
  ASSIGN_OR_RETURN(picture.agents, store::LockAgents(tx, agents));
  ASSIGN_OR_RETURN(picture.queues, store::LoadQueuesUncounted(tx, queues));
  for (auto& [id, queue] : picture.queues) RETURN_IF_ERROR(hours_.Attach(tx, queue));
  return picture;
}

Result<bool> Offers::Fits(sql::Tx& tx, const Picture& picture, const Pair& pair, Time now) {
  const auto item = picture.items.find(pair.item_id);
  const auto agent = picture.agents.find(pair.agent_id);
  if (item == picture.items.end() || agent == picture.agents.end()) return false;
  if (item->second.status != ItemStatus::kQueued) return false;
  ASSIGN_OR_RETURN(const auto hindrances, HindrancesIn(tx, picture.queues.at(item->second.queue_id),
                                                       item->second, agent->second, now));
  return hindrances.empty();
}

Result<Offers::Made> Offers::Make(const std::vector<Pair>& pairs, int64_t epoch) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Made> {
    RETURN_IF_ERROR(store::CheckEpoch(tx, epoch));
    ASSIGN_OR_RETURN(Picture picture, LockAll(tx, pairs));
    Made made;
    std::vector<Floor::Change> changes;
    std::set<std::string> busier;
    for (const Pair& pair : pairs) {
      ASSIGN_OR_RETURN(const bool fits, Fits(tx, picture, pair, now));
      if (!fits) {
        made.refused.push_back(pair);
        continue;
      }
      WorkItem& item = picture.items.at(pair.item_id);
      Agent& agent = picture.agents.at(pair.agent_id);
      const Offer offer = NewOffer(item, pair, picture.queues.at(item.queue_id), epoch, now);
      OfferTo(agent, item, offer);
      agent.served += kServedUnit / agent.share;
      busier.insert(agent.id);
      RETURN_IF_ERROR(store::InsertOffer(tx, offer));
      changes.push_back(
          {item, [offer](const WorkItem& saved) { return wire::WorkOffered(saved, offer); }});
      made.offers.push_back(offer);
    }
    for (const std::string& id : busier) {
      RETURN_IF_ERROR(floor_.SaveLoad(tx, picture.agents.at(id), now));
    }
    RETURN_IF_ERROR(floor_.Save(tx, std::move(changes), now));
    return made;
  });
}

// Whoever locks more than one row does it in this order, so that nobody waits in a circle: leader,
// item, offer, agent.
Result<Offers::Locked> Offers::Lock(sql::Tx& tx, const std::string& item_id,
                                    const std::string& offer_id) {
  ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, item_id));
  CHECK(item.has_value());  // items are never deleted
  ASSIGN_OR_RETURN(Offer offer, store::LoadOfferForChange(tx, offer_id));
  ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, offer.agent_id));
  return Locked{std::move(offer), std::move(*item), std::move(agent)};
}

Result<Offer> Offers::Accept(const std::string& id, const OperationKey& key, const Answerer& by) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Offer> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(const Offer found, store::LoadOffer(tx, id));
    RETURN_IF_ERROR(CheckMine(found, by));
    if (!first) return found;
    ASSIGN_OR_RETURN(Locked locked, Lock(tx, found.work_item_id, id));
    if (locked.offer.status != OfferStatus::kPending) return NotPending(locked.offer.status);
    if (now > locked.offer.expire_time) return NotPending(OfferStatus::kTimedOut);
    return AcceptIn(tx, std::move(locked), now);
  });
}

Result<Offer> Offers::AcceptIn(sql::Tx& tx, Locked locked, Time now) {
  auto& [offer, item, agent] = locked;
  offer.status = OfferStatus::kAccepted;
  item.status = ItemStatus::kAssigned;
  item.reason = "ACCEPTED";
  agent.missed_offers = 0;
  RETURN_IF_ERROR(store::SetOfferStatus(tx, offer.id, offer.status));
  RETURN_IF_ERROR(floor_.SaveLoad(tx, agent, now));
  RETURN_IF_ERROR(floor_.Save(
      tx, item, [&](const WorkItem& saved) { return wire::OfferAccepted(saved, locked.offer); },
      now));
  RETURN_IF_ERROR(store::InsertCommand(
      tx, {offer.id, item.id, agent.id, agent.display_name, trace::CurrentTraceparent()}, now));
  tx.OnCommit([this, made = offer, wait = now - item.WaitStart()] {
    floor_.command_wake().Notify();
    meters_.Accepted(made, wait);
  });
  return offer;
}

Result<Offer> Offers::EndIn(sql::Tx& tx, Locked locked, OfferStatus status, const char* reason,
                            Time now) {
  const auto policy = policy_.Now();
  auto& [offer, item, agent] = locked;
  offer.status = status;
  RETURN_IF_ERROR(store::SetOfferStatus(tx, offer.id, status));
  tx.OnCommit([this, ended = offer] { meters_.Ended(ended); });
  agent.load.Add(item.channel, -item.weight);
  // Back to its place: the time it came in stays.
  item.status = ItemStatus::kQueued;
  item.agent_id.clear();
  item.offer_id.clear();
  item.reason = reason;
  // Who has not seen it is not passed over for it.
  if (status == OfferStatus::kRejected || status == OfferStatus::kTimedOut) {
    item.excluded[agent.id] = now + std::chrono::seconds(policy->exclusion_seconds);
  }
  bool away = false;
  if (status == OfferStatus::kTimedOut && ++agent.missed_offers >= policy->missed_offers_max &&
      policy->missed_action == MissedAction::kAway) {
    agent.status = AgentStatus::kAway;
    agent.status_reason = "MISSED_OFFERS";
    agent.status_time = now;
    agent.missed_offers = 0;
    away = true;
  }
  RETURN_IF_ERROR(away ? floor_.Save(tx, agent, now) : floor_.SaveLoad(tx, agent, now));
  RETURN_IF_ERROR(floor_.Save(
      tx, item, [&](const WorkItem& saved) { return wire::OfferEnded(saved, locked.offer); }, now));
  return offer;
}

Result<Offer> Offers::Reject(const std::string& id, const OperationKey& key, const Answerer& by,
                             const std::string& reason) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Offer> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(const Offer found, store::LoadOffer(tx, id));
    RETURN_IF_ERROR(CheckMine(found, by));
    if (!first) return found;
    ASSIGN_OR_RETURN(Locked locked, Lock(tx, found.work_item_id, id));
    if (locked.offer.status != OfferStatus::kPending) return NotPending(locked.offer.status);
    return EndIn(tx, std::move(locked), OfferStatus::kRejected,
                 reason.empty() ? "OFFER_REJECTED" : reason.c_str(), now);
  });
}

Result<int> Offers::Expire(int64_t epoch) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto due, database_.Read([&](sql::Tx& tx) {
    return store::ListDueOffers(tx, now, kExpireMax);
  }));
  int ended = 0;
  for (const Offer& offer : due) {
    // Each in its own transaction, so that no locks are held from one to the next.
    ASSIGN_OR_RETURN(const bool one, database_.Transact([&](sql::Tx& tx) -> Result<bool> {
      RETURN_IF_ERROR(store::CheckEpoch(tx, epoch));
      ASSIGN_OR_RETURN(Locked locked, Lock(tx, offer.work_item_id, offer.id));
      if (locked.offer.status != OfferStatus::kPending) return false;  // in the last moment
      RETURN_IF_ERROR(EndIn(tx, std::move(locked), OfferStatus::kTimedOut, "OFFER_TIMED_OUT", now));
      return true;
    }));
    ended += one ? 1 : 0;
  }
  return ended;
}

Result<Offer> Offers::Get(const std::string& id, const Answerer& by) {
  return database_.Read([&](sql::Tx& tx) -> Result<Offer> {
    ASSIGN_OR_RETURN(Offer offer, store::LoadOffer(tx, id));
    RETURN_IF_ERROR(CheckMine(offer, by));
    return offer;
  });
}

Result<std::vector<Offer>> Offers::List(OfferStatus status, const std::string& agent_id, int limit,
                                        const std::string& before) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListOffers(tx, status, agent_id, limit, before); });
}

Status Offers::ReleaseIn(sql::Tx& tx, const WorkItem& item, Time now) {
  if (item.agent_id.empty()) return Ok();
  ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, item.agent_id));
  agent.load.Add(item.channel, -item.weight);
  agent.idle_since = now;
  return floor_.SaveLoad(tx, agent, now);
}

Status Offers::RescindIn(sql::Tx& tx, WorkItem& item, Time now) {
  if (item.status != ItemStatus::kOffered) return Ok();
  ASSIGN_OR_RETURN(Offer offer, store::LoadOfferForChange(tx, item.offer_id));
  ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, offer.agent_id));
  offer.status = OfferStatus::kRescinded;
  RETURN_IF_ERROR(store::SetOfferStatus(tx, offer.id, offer.status));
  tx.OnCommit([this, offer] { meters_.Ended(offer); });
  agent.load.Add(item.channel, -item.weight);  // idle all the time: an offer is not work
  RETURN_IF_ERROR(floor_.SaveLoad(tx, agent, now));
  item.agent_id.clear();
  item.offer_id.clear();
  item.status = ItemStatus::kQueued;
  return log_.Append(tx, wire::OfferEnded(item, offer), now);
}

Result<std::vector<Offer>> Offers::PendingIn(sql::Tx& tx, const std::string& agent_id) {
  ASSIGN_OR_RETURN(auto pending,
                   store::ListOffers(tx, OfferStatus::kPending, agent_id, kCapacityMax, ""));
  std::sort(pending.begin(), pending.end(),
            [](const Offer& a, const Offer& b) { return a.work_item_id < b.work_item_id; });
  return pending;
}

Status Offers::LockPendingIn(sql::Tx& tx, const std::string& agent_id) {
  ASSIGN_OR_RETURN(const auto pending, PendingIn(tx, agent_id));
  for (const Offer& offer : pending) {
    RETURN_IF_ERROR(store::FindItemForChange(tx, offer.work_item_id));
  }
  return Ok();
}

Status Offers::EndAllIn(sql::Tx& tx, const std::string& agent_id, OfferStatus status,
                        const char* reason, Time now) {
  RETURN_IF_ERROR(LockPendingIn(tx, agent_id));
  ASSIGN_OR_RETURN(const auto pending, PendingIn(tx, agent_id));
  for (const Offer& offer : pending) {
    ASSIGN_OR_RETURN(Locked locked, Lock(tx, offer.work_item_id, offer.id));
    if (locked.offer.status != OfferStatus::kPending) continue;
    RETURN_IF_ERROR(EndIn(tx, std::move(locked), status, reason, now));
  }
  return Ok();
}

}  // namespace muara::routing
