// Work items, offers, the leader's lease and commands to come, in the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

// Nothing where there is none. Locks the row.
Result<std::optional<WorkItem>> FindItemForChange(sql::Tx& tx, const std::string& id);
// Those of these that there are, by id; locks their rows in the ids' order.
Result<std::map<std::string, WorkItem>> LockItems(sql::Tx& tx, const std::set<std::string>& ids);
// NOT_FOUND with WORK_ITEM_NOT_FOUND.
Result<WorkItem> LoadItem(sql::Tx& tx, const std::string& id);
Status InsertItem(sql::Tx& tx, const WorkItem& item, Time now);
// Of an item and its offers.
Status DropSubjects(sql::Tx& tx, const std::string& item_id);
Status SaveItem(sql::Tx& tx, WorkItem& item, Time now);  // version grows by one
// By id, after this one; status 0 and queue "": any.
Result<std::vector<WorkItem>> ListItems(sql::Tx& tx, int status, const std::string& queue_id,
                                        int limit, const std::string& after);
// All that are queued, offered or held, by id, after this one.
Result<std::vector<WorkItem>> ListLiveItems(sql::Tx& tx, int limit, const std::string& after);
// Changed at this time or later, as the clock of whoever changed it said; oldest first.
Result<std::vector<WorkItem>> ListItemsChanged(sql::Tx& tx, Time since, int limit);

Status InsertOffer(sql::Tx& tx, const Offer& offer);
// NOT_FOUND with OFFER_NOT_FOUND. Locks the row.
Result<Offer> LoadOfferForChange(sql::Tx& tx, const std::string& id);
Result<Offer> LoadOffer(sql::Tx& tx, const std::string& id);
Status SetOfferStatus(sql::Tx& tx, const std::string& id, OfferStatus status);
Result<std::vector<Offer>> ListDueOffers(sql::Tx& tx, Time now, int limit);
// Newest first, before this id; agent "": all.
Result<std::vector<Offer>> ListOffers(sql::Tx& tx, OfferStatus status, const std::string& agent_id,
                                      int limit, const std::string& before);

// The epoch if the lease is ours now: kept, or taken because it had run out.
Result<std::optional<int64_t>> HoldLease(sql::Tx& tx, const std::string& holder, Time now,
                                         Time until);
Status GiveUpLease(sql::Tx& tx, const std::string& holder);
// ABORTED with NOT_LEADER where another epoch has begun; holds it off until the commit, or until
// the process has stood still for a second.
Status CheckEpoch(sql::Tx& tx, int64_t epoch);

// That the ticket be given to the agent, to be told to the ticket service.
struct AssignCommand {
  std::string offer_id;
  std::string ticket_id;
  std::string agent_id;
  std::string agent_name;
  std::string traceparent;
};
Status InsertCommand(sql::Tx& tx, const AssignCommand& command, Time now);
Status DeleteCommand(sql::Tx& tx, const std::string& offer_id);
Result<std::vector<AssignCommand>> ListCommands(sql::Tx& tx, int limit);

}  // namespace muara::routing::store
