// The index of what the blob store keeps: which bytes, since when, and on which messages they are.
// In the caller's transaction.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"

namespace muara::ticket::store {

muara::Status MigrateAttachments(sql::Database& database);

struct KeptBlob {
  std::string sha256;
  int64_t size_bytes = 0;
  std::string type_of_bytes;
};
// Kept now, and looked at when it is time to sweep. Within an hour of the last time nothing is
// written: the same logo comes with every mail.
muara::Status KeepBlob(sql::Tx& tx, const KeptBlob& blob, Time now, Time sweep);

// Those of these bytes that were kept after this time, or are on this ticket already. In any order.
Result<std::vector<KeptBlob>> FindUsable(sql::Tx& tx, const std::vector<std::string>& sha256s,
                                         const TicketId& ticket, Time kept_after);

muara::Status InsertAttachments(sql::Tx& tx, const Interaction& interaction);
Result<std::optional<Attachment>> FindAttachment(sql::Tx& tx, const TicketId& ticket,
                                                 const std::string& sha256);

// Of a message that is erased: nothing shows these any more by it, and those that nothing shows go
// with the next sweep.
muara::Status DropAttachments(sql::Tx& tx, const TicketId& ticket, const InteractionId& interaction,
                              Time now);

// Those of these bytes that are written down at all.
Result<std::set<std::string>> FindKept(sql::Tx& tx, const std::vector<std::string>& sha256s);
// What is to be looked at by now, oldest first.
Result<std::vector<std::string>> ListSweepable(sql::Tx& tx, Time now, int limit);
// Does nothing need these bytes any more? What a message shows is not looked at again before that
// message is erased; what was kept within `age` is looked at when it is older.
Result<bool> IsUnused(sql::Tx& tx, const std::string& sha256, Time now, Duration age);
// Unless it was kept again meanwhile.
muara::Status ForgetBlob(sql::Tx& tx, const std::string& sha256, Time now, Duration age);

}  // namespace muara::ticket::store
