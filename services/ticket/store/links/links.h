// Links between tickets in the caller's transaction.
#pragma once

#include <optional>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/domain/links/link.h"

namespace muara::ticket::store {

muara::Status MigrateLinks(sql::Database& database);

// Until the transaction ends nobody else adds a link: what was looked at stays so.
muara::Status LockLinks(sql::Tx& tx);

enum class MadeBy { kHand = 0, kMerge = 1 };

Result<bool> HasLink(sql::Tx& tx, const Link& link);
muara::Status InsertLink(sql::Tx& tx, const Link& link, MadeBy made_by, Time now);
// False: there was none.
Result<bool> DeleteLink(sql::Tx& tx, const Link& link);
// What merging added, and nothing that was there before.
muara::Status DeleteMergeLink(sql::Tx& tx, const TicketId& from);
Result<size_t> CountLinks(sql::Tx& tx, const TicketId& id);
Result<std::optional<TicketId>> FindLinked(sql::Tx& tx, const TicketId& from, LinkKind kind);
// Both ways, oldest first, at most 200; then what it follows up, and the newest that follow it up.
Result<std::vector<Link>> ListLinks(sql::Tx& tx, const TicketId& id);
// Those whose `kind` this ticket is: its children, its incidents.
Result<std::vector<TicketId>> ListLinkedTo(sql::Tx& tx, LinkKind kind, const TicketId& to);

}  // namespace muara::ticket::store
