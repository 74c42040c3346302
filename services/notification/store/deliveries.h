// Deliveries in the caller's transaction, and the tables of this service.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/notification/domain/delivery.h"

namespace muara::notification::store {

Status Migrate(sql::Database& database);

// Takes the next position of its conversation.
Status Insert(sql::Tx& tx, Delivery delivery);
// NOT_FOUND with DELIVERY_NOT_FOUND.
Result<Delivery> Load(sql::Tx& tx, const std::string& id);
Result<Delivery> LoadForChange(sql::Tx& tx, const std::string& id);
Status Save(sql::Tx& tx, Delivery& delivery);  // version grows by one

// Its request and conversation are others from now on, and its old conversation is forgotten where
// nothing else is in it.
Status SaveErased(sql::Tx& tx, const Delivery& delivery);
// An automatic message may go to this address again.
Status ForgetAutomatic(sql::Tx& tx, const std::string& address);

// Of a channel: due, and first of their conversations among those that are not ended.
Result<std::vector<std::string>> ListDue(sql::Tx& tx, Channel channel, Time now, int limit);
// ATTEMPTING since before this time: whoever tried them is gone.
Result<std::vector<std::string>> ListAbandoned(sql::Tx& tx, Time before, int limit);
// Holds everyone else off a conversation until the commit.
Status LockConversation(sql::Tx& tx, const std::string& conversation);
// Is an earlier message of the conversation not ended yet, or any other under way?
Result<bool> MustWait(sql::Tx& tx, const Delivery& delivery);
// Newest first, before this id; ticket "" and state 0: any.
Result<std::vector<Delivery>> List(sql::Tx& tx, const std::string& ticket_id, int state, int limit,
                                   const std::string& before);

// True: no automatic message has gone to this address since `since`; it counts as sent now.
Result<bool> ClaimAutomatic(sql::Tx& tx, const std::string& address, Time now, Time since);

}  // namespace muara::notification::store
