// The life of an offer: made by the leader, answered by its agent, ended by time or events.
// Capacity is held from the making. One compare of the status decides accept against timeout.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "services/routing/app/floor.h"
#include "services/routing/app/meters.h"
#include "services/routing/app/opening_hours.h"
#include "services/routing/app/policy.h"
#include "services/routing/domain/engine.h"

namespace muara::routing {

// Who answers an offer: the agent's own id, or empty for a supervisor who may answer any.
struct Answerer {
  std::string agent_id;
};

// Whether work may be taken past the offers.
enum class PullRights {
  kAsQueueSays,  // by an agent for itself
  kAny,          // also what waits for another one
};

class Offers {
 public:
  Offers(sql::Database& database, bus::EventLog& log, Floor& floor, const Clock& clock,
         const CurrentPolicy& policy, OpeningHours& hours, Meters& meters)
      : database_(database),
        log_(log),
        floor_(floor),
        clock_(clock),
        policy_(policy),
        hours_(hours),
        meters_(meters) {}

  struct Made {
    std::vector<Offer> offers;
    std::vector<Pair> refused;  // no longer fit: the store knew better than the engine
  };
  // All in one transaction: as many as may wait for one commit.
  Result<Made> Make(const std::vector<Pair>& pairs, int64_t epoch);
  // OFFER_NOT_PENDING where it was answered, has run out or was taken back.
  Result<Offer> Accept(const std::string& id, const OperationKey& key, const Answerer& by);
  Result<Offer> Reject(const std::string& id, const OperationKey& key, const Answerer& by,
                       const std::string& reason);
  // Takes what waits, past the order: an offer that is accepted at once. NOT_WAITING,
  // PULL_NOT_ALLOWED, NOT_ABLE with what keeps them apart as violations.
  Result<Offer> Pull(const std::string& item_id, const OperationKey& key,
                     const std::string& agent_id, PullRights rights);
  // Ends what has run out; answers how many.
  Result<int> Expire(int64_t epoch);

  Result<Offer> Get(const std::string& id, const Answerer& by);
  Result<std::vector<Offer>> List(OfferStatus status, const std::string& agent_id, int limit,
                                  const std::string& before);

  // Takes back an item's pending offer, in the caller's transaction; the item is not saved. The
  // agent's load is given back.
  Status RescindIn(sql::Tx& tx, WorkItem& item, Time now);
  // Ends all of an agent's pending offers; their items go back to their places.
  Status EndAllIn(sql::Tx& tx, const std::string& agent_id, OfferStatus status, const char* reason,
                  Time now);
  // The items of its pending offers, in the order of their ids: before the first agent is locked.
  Status LockPendingIn(sql::Tx& tx, const std::string& agent_id);
  // Gives an agent's load of this item back.
  Status ReleaseIn(sql::Tx& tx, const WorkItem& item, Time now);

 private:
  struct Picture;
  Result<Picture> LockAll(sql::Tx& tx, const std::vector<Pair>& pairs);
  Result<bool> Fits(sql::Tx& tx, const Picture& picture, const Pair& pair, Time now);
  // What keeps this pair apart, as the store knows it.
  Result<std::vector<Hindrance>> HindrancesIn(sql::Tx& tx, const Queue& queue, const WorkItem& item,
                                              const Agent& agent, Time now);
  static Offer NewOffer(const WorkItem& item, const Pair& pair, const Queue& queue, int64_t epoch,
                        Time now);
  // The agent has the load of it from now on; neither is saved.
  void OfferTo(Agent& agent, WorkItem& item, const Offer& offer) const;
  // An offer and what it is about, all locked.
  struct Locked {
    Offer offer;
    WorkItem item;
    Agent agent;
  };
  Result<std::vector<Offer>> PendingIn(sql::Tx& tx, const std::string& agent_id);
  Result<Locked> Lock(sql::Tx& tx, const std::string& item_id, const std::string& offer_id);
  Result<Offer> AcceptIn(sql::Tx& tx, Locked locked, Time now);
  Result<Offer> EndIn(sql::Tx& tx, Locked locked, OfferStatus status, const char* reason, Time now);

  sql::Database& database_;
  bus::EventLog& log_;
  Floor& floor_;
  const Clock& clock_;
  const CurrentPolicy& policy_;
  OpeningHours& hours_;
  Meters& meters_;
};

}  // namespace muara::routing
