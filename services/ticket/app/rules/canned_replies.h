// Texts that are written again and again, filled in for a ticket. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/rules/keeping.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/store/rules/kept.h"

namespace muara::ticket {

class CannedReplies {
 public:
  CannedReplies(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // CANNED_REPLY_NOT_FOUND, also where it is another's and not shared.
  Result<CannedReply> Get(const std::string& id, const Keeper& keeper);
  Result<std::vector<CannedReply>> List(const Keeper& keeper, int limit, const KeptPlace& after);
  // TOO_MANY_CANNED_REPLIES.
  Result<CannedReply> Create(const OperationKey& key, CannedReply reply);
  // NOT_YOURS.
  Result<CannedReply> Update(const Edit& edit, const CannedReply& reply, const Keeper& keeper);
  muara::Status Delete(const Edit& edit, const std::string& id, const Keeper& keeper);
  // As it would be written on the ticket.
  Result<std::string> Preview(const std::string& id, const TicketId& ticket,
                              const std::string& agent_name, const Keeper& keeper);

 private:
  sql::Database& database_;
  const Clock& clock_;
};

}  // namespace muara::ticket
