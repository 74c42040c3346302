// Tickets in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket::store {

// NOT_FOUND with TICKET_NOT_FOUND. Locks the row for a change.
Result<Ticket> LoadForChange(sql::Tx& tx, const TicketId& id);
Result<Ticket> Load(sql::Tx& tx, const TicketId& id);
// In the order of these ids, at most a few hundred; what is not there is left out.
Result<std::vector<Ticket>> LoadMany(sql::Tx& tx, const std::vector<TicketId>& ids);

// Both set version: 1, and one more than it was.
muara::Status Insert(sql::Tx& tx, Ticket& ticket);
muara::Status Save(sql::Tx& tx, Ticket& ticket);
// When the first of its clocks is due, alone: its version stays.
muara::Status SaveNextDue(sql::Tx& tx, const Ticket& ticket);

Result<std::optional<TicketId>> FindById(sql::Tx& tx, const TicketId& id);
// The ticket that goes on with a conversation of a channel; the newest.
Result<std::optional<TicketId>> FindByConversation(sql::Tx& tx, const std::string& endpoint,
                                                   const std::string& conversation);
Result<std::optional<TicketId>> FindByReference(sql::Tx& tx, const std::string& reference);
Result<std::optional<TicketId>> FindByProviderMessage(sql::Tx& tx, const std::string& message_id);
// The newest ticket of these contacts on this endpoint that goes on, or else that was merged.
Result<std::optional<TicketId>> FindOpenOf(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                           const std::string& endpoint);
// The newest ticket that goes on after this one.
Result<std::optional<TicketId>> FindFollowUp(sql::Tx& tx, const TicketId& id);
// Those to which something is to happen until then, and when, the first first.
Result<std::vector<std::pair<TicketId, Time>>> ListDue(sql::Tx& tx, Time until, int limit);

}  // namespace muara::ticket::store
