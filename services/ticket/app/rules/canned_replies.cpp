#include "services/ticket/app/rules/canned_replies.h"

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/ticket/app/rules/vocabulary.h"
#include "services/ticket/domain/rules/text_template.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

Result<CannedReply> SeenIn(sql::Tx& tx, const std::string& id, const Keeper& keeper) {
  return SeenBy(
      keeper, store::LoadCannedReply(tx, id),
      MakeError(Code::kNotFound, "CANNED_REPLY_NOT_FOUND", "there is no such canned reply"));
}

muara::Status CheckIn(sql::Tx& tx, const CannedReply& reply) {
  ASSIGN_OR_RETURN(const Vocabulary vocabulary, VocabularyIn(tx, {}, reply.owner));
  return Validate(reply, vocabulary);
}

}  // namespace

Result<CannedReply> CannedReplies::Get(const std::string& id, const Keeper& keeper) {
  return database_.Read([&](sql::Tx& tx) { return SeenIn(tx, id, keeper); });
}

Result<std::vector<CannedReply>> CannedReplies::List(const Keeper& keeper, int limit,
                                                     const KeptPlace& after) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListCannedReplies(tx, keeper.subject, limit, after); });
}

Result<CannedReply> CannedReplies::Create(const OperationKey& key, CannedReply reply) {
  return database_.Transact([&](sql::Tx& tx) -> Result<CannedReply> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, clock_.Now()));
    reply.id = NamedUuid(key.key);
    if (!first) return store::LoadCannedReply(tx, reply.id);
    RETURN_IF_ERROR(CheckIn(tx, reply));
    ASSIGN_OR_RETURN(const int kept, store::CountCannedReplies(tx, reply.owner));
    if (kept >= kKeptOfOneMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_CANNED_REPLIES",
                       "one person keeps at most 500");
    }
    RETURN_IF_ERROR(store::SaveCannedReply(tx, reply));
    return reply;
  });
}

Result<CannedReply> CannedReplies::Update(const Edit& edit, const CannedReply& reply,
                                          const Keeper& keeper) {
  return database_.Transact([&](sql::Tx& tx) -> Result<CannedReply> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    ASSIGN_OR_RETURN(const CannedReply before, SeenIn(tx, reply.id, keeper));
    if (!first) return before;
    RETURN_IF_ERROR(CheckMayChange(keeper, before));
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    CannedReply now = reply;
    now.owner = before.owner;
    now.version = before.version + 1;
    RETURN_IF_ERROR(CheckIn(tx, now));
    RETURN_IF_ERROR(store::SaveCannedReply(tx, now));
    return now;
  });
}

muara::Status CannedReplies::Delete(const Edit& edit, const std::string& id, const Keeper& keeper) {
  return database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    if (!first) return Ok();
    ASSIGN_OR_RETURN(const CannedReply before, SeenIn(tx, id, keeper));
    RETURN_IF_ERROR(CheckMayChange(keeper, before));
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    return store::DeleteCannedReply(tx, id);
  });
}

Result<std::string> CannedReplies::Preview(const std::string& id, const TicketId& ticket,
                                           const std::string& agent_name, const Keeper& keeper) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::string> {
    ASSIGN_OR_RETURN(const CannedReply reply, SeenIn(tx, id, keeper));
    ASSIGN_OR_RETURN(const Ticket shown, store::Load(tx, ticket));
    return Fill(reply.text, shown, agent_name.empty() ? shown.assignee_name : agent_name);
  });
}

}  // namespace muara::ticket
