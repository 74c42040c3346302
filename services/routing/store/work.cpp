#include "services/routing/store/work.h"

#include "services/routing/store/lists.h"

namespace muara::routing::store {
namespace {

// A leader that is frozen in the middle of a change holds the lease's row; whoever stands by has it
// when the lease has run out.
constexpr int kLeaderStallMs = 1000;

constexpr const char* kItem =
    "id, queue_id, status, channel, weight, priority, agent_id, offer_id, enqueue_us, subject, "
    "ticket_reference, preferred_agent_id, reason, excluded, version, preferred_until_us, "
    "preference, requirements, due_us, home_queue_id, wrap_up_until_us, "
    "wrap_up_extendable_seconds, "
    "wait_start_us, is_overdue, ticket_priority, priority_by_hand, queue_start_us";
constexpr const char* kOffer =
    "id, work_item_id, agent_id, queue_id, status, created_us, expires_us, subject, "
    "ticket_reference, channel, why, epoch";

WorkItem ToItem(const sql::Row& row) {
  WorkItem item;
  item.id = row.Text(0);
  item.queue_id = row.Text(1);
  item.status = static_cast<ItemStatus>(row.Int(2));
  item.channel = static_cast<Channel>(row.Int(3));
  item.weight = static_cast<int>(row.Int(4));
  item.priority = static_cast<int>(row.Int(5));
  item.agent_id = row.Text(6);
  item.offer_id = row.Text(7);
  item.enqueue_time = FromMicros(row.Int(8));
  item.subject = row.Text(9);
  item.ticket_reference = row.Text(10);
  item.preferred_agent_id = row.Text(11);
  item.reason = row.Text(12);
  item.excluded = SplitTimes(row.Text(13));
  item.version = static_cast<int>(row.Int(14));
  item.preferred_until = FromMicros(row.Int(15));
  item.preference = static_cast<Preference>(row.Int(16));
  item.requirements = SplitRequirements(row.Text(17));
  item.due_time = FromMicros(row.Int(18));
  item.home_queue_id = row.Text(19);
  item.wrap_up_until = FromMicros(row.Int(20));
  item.wrap_up_extendable_seconds = static_cast<int>(row.Int(21));
  item.wait_start = FromMicros(row.Int(22));
  item.is_overdue = row.Int(23) != 0;
  item.ticket_priority = static_cast<int>(row.Int(24));
  item.priority_by_hand = row.Bool(25);
  item.queue_start = FromMicros(row.Int(26));
  return item;
}

Offer ToOffer(const sql::Row& row) {
  Offer offer;
  offer.id = row.Text(0);
  offer.work_item_id = row.Text(1);
  offer.agent_id = row.Text(2);
  offer.queue_id = row.Text(3);
  offer.status = static_cast<OfferStatus>(row.Int(4));
  offer.create_time = FromMicros(row.Int(5));
  offer.expire_time = FromMicros(row.Int(6));
  offer.subject = row.Text(7);
  offer.ticket_reference = row.Text(8);
  offer.channel = static_cast<Channel>(row.Int(9));
  offer.why = row.Text(10);
  offer.epoch = row.Int(11);
  return offer;
}

sql::Params Columns(const WorkItem& item, Time now) {
  return sql::Params(
      item.id, item.queue_id, item.status, item.channel, item.weight, item.priority, item.agent_id,
      item.offer_id, ToMicros(item.enqueue_time), item.subject, item.ticket_reference,
      item.preferred_agent_id, item.reason, JoinTimes(item.excluded), item.version,
      ToMicros(item.preferred_until), item.preference, JoinRequirements(item.requirements),
      ToMicros(item.due_time), item.home_queue_id, ToMicros(item.wrap_up_until),
      item.wrap_up_extendable_seconds, ToMicros(item.wait_start), item.is_overdue ? 1 : 0,
      item.ticket_priority, item.priority_by_hand, ToMicros(item.queue_start), ToMicros(now));
}

Result<std::vector<WorkItem>> ToItems(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  std::vector<WorkItem> items;
  for (const sql::Row& row : *rows) items.push_back(ToItem(row));
  return items;
}

Result<std::vector<WorkItem>> SelectItems(sql::Tx& tx, const std::string& rest,
                                          const sql::Params& params) {
  return ToItems(tx.Run(std::string("SELECT ") + kItem + " FROM work_item " + rest, params));
}

Result<std::vector<Offer>> SelectOffers(sql::Tx& tx, const std::string& rest,
                                        const sql::Params& params) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kOffer + " FROM offer " + rest, params));
  std::vector<Offer> offers;
  for (const sql::Row& row : rows) offers.push_back(ToOffer(row));
  return offers;
}

Result<Offer> LoadOfferWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kOffer + " FROM offer WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "OFFER_NOT_FOUND", "there is no such offer");
  }
  return ToOffer(rows[0]);
}

}  // namespace

Result<std::optional<WorkItem>> FindItemForChange(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto items, SelectItems(tx, "WHERE id = $1 FOR UPDATE", sql::Params(id)));
  if (items.empty()) return std::optional<WorkItem>();
  return std::optional<WorkItem>(items[0]);
}

Result<std::map<std::string, WorkItem>> LockItems(sql::Tx& tx, const std::set<std::string>& ids) {
  std::vector<sql::Statement> statements;
  for (const std::string& id : ids) {
    statements.push_back(
        {std::string("SELECT ") + kItem + " FROM work_item WHERE id = $1 FOR UPDATE",
         sql::Params(id)});
  }
  ASSIGN_OR_RETURN(const auto answers, tx.RunAll(std::move(statements)));
  std::map<std::string, WorkItem> items;
  for (const sql::Rows& rows : answers) {
    if (!rows.empty()) items.emplace(rows[0].Text(0), ToItem(rows[0]));
  }
  return items;
}

Result<WorkItem> LoadItem(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const auto items, SelectItems(tx, "WHERE id = $1", sql::Params(id)));
  if (items.empty()) {
    return MakeError(Code::kNotFound, "WORK_ITEM_NOT_FOUND", "there is no such work item");
  }
  return items[0];
}

Status InsertItem(sql::Tx& tx, const WorkItem& item, Time now) {
  return tx.Post(sql::Statement{
      std::string("INSERT INTO work_item (") + kItem +
          ", changed_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
          "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)",
      Columns(item, now)});
}

Status DropSubjects(sql::Tx& tx, const std::string& item_id) {
  RETURN_IF_ERROR(tx.Post("UPDATE work_item SET subject = '' WHERE id = $1", item_id));
  return tx.Post("UPDATE offer SET subject = '' WHERE work_item_id = $1", item_id);
}

Status SaveItem(sql::Tx& tx, WorkItem& item, Time now) {
  ++item.version;
  return tx.Post(sql::Statement{
      "UPDATE work_item SET queue_id = $2, status = $3, channel = $4, weight = $5, "
      "priority = $6, agent_id = $7, offer_id = $8, enqueue_us = $9, subject = $10, "
      "ticket_reference = $11, preferred_agent_id = $12, reason = $13, excluded = $14, "
      "version = $15, preferred_until_us = $16, preference = $17, requirements = $18, "
      "due_us = $19, home_queue_id = $20, wrap_up_until_us = $21, "
      "wrap_up_extendable_seconds = $22, wait_start_us = $23, is_overdue = $24, "
      "ticket_priority = $25, priority_by_hand = $26, queue_start_us = $27, "
      "changed_us = $28 WHERE id = $1",
      Columns(item, now)});
}

Result<std::vector<WorkItem>> ListItems(sql::Tx& tx, int status, const std::string& queue_id,
                                        int limit, const std::string& after) {
  sql::Params params(after);
  std::string where = "WHERE id > $1";
  if (status != 0) where += " AND status = " + params.Add(status).last();
  if (!queue_id.empty()) where += " AND queue_id = " + params.Add(queue_id).last();
  where += " ORDER BY id LIMIT " + params.Add(limit).last();
  return SelectItems(tx, where, params);
}

Result<std::vector<WorkItem>> ListLiveItems(sql::Tx& tx, int limit, const std::string& after) {
  static_assert(static_cast<int>(ItemStatus::kAssigned) == 3);  // as its index says
  return SelectItems(tx, "WHERE id > $1 AND status <= 3 ORDER BY id LIMIT $2",
                     sql::Params(after, limit));
}

Result<std::vector<WorkItem>> ListItemsChanged(sql::Tx& tx, Time since, int limit) {
  return SelectItems(tx, "WHERE changed_us >= $1 ORDER BY changed_us LIMIT $2",
                     sql::Params(ToMicros(since), limit));
}

Status InsertOffer(sql::Tx& tx, const Offer& offer) {
  return tx.Post(std::string("INSERT INTO offer (") + kOffer +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                 offer.id, offer.work_item_id, offer.agent_id, offer.queue_id, offer.status,
                 ToMicros(offer.create_time), ToMicros(offer.expire_time), offer.subject,
                 offer.ticket_reference, offer.channel, offer.why, offer.epoch);
}

Result<Offer> LoadOfferForChange(sql::Tx& tx, const std::string& id) {
  return LoadOfferWith(tx, id, " FOR UPDATE");
}
Result<Offer> LoadOffer(sql::Tx& tx, const std::string& id) { return LoadOfferWith(tx, id, ""); }

Status SetOfferStatus(sql::Tx& tx, const std::string& id, OfferStatus status) {
  return tx.Post("UPDATE offer SET status = $2 WHERE id = $1", id, status);
}

Result<std::vector<Offer>> ListDueOffers(sql::Tx& tx, Time now, int limit) {
  return SelectOffers(tx, "WHERE status = 1 AND expires_us <= $1 ORDER BY expires_us LIMIT $2",
                      sql::Params(ToMicros(now), limit));
}

Result<std::vector<Offer>> ListOffers(sql::Tx& tx, OfferStatus status, const std::string& agent_id,
                                      int limit, const std::string& before) {
  sql::Params params(status);
  std::string where = "WHERE status = $1";
  if (!agent_id.empty()) where += " AND agent_id = " + params.Add(agent_id).last();
  if (!before.empty()) where += " AND id < " + params.Add(before).last();
  where += " ORDER BY id DESC LIMIT " + params.Add(limit).last();
  return SelectOffers(tx, where, params);
}

Result<std::optional<int64_t>> HoldLease(sql::Tx& tx, const std::string& holder, Time now,
                                         Time until) {
  RETURN_IF_ERROR(sql::GiveUpIfStalled(tx, kLeaderStallMs));
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("UPDATE leader SET epoch = CASE WHEN holder = $1 THEN epoch ELSE epoch + 1 END, "
               "holder = $1, expires_us = $3 WHERE one = 1 AND (holder = $1 OR expires_us < $2) "
               "RETURNING epoch",
               holder, ToMicros(now), ToMicros(until)));
  if (rows.empty()) return std::optional<int64_t>();
  return std::optional<int64_t>(rows[0].Int(0));
}

Status GiveUpLease(sql::Tx& tx, const std::string& holder) {
  return tx.Post("UPDATE leader SET expires_us = 0 WHERE holder = $1", holder);
}

Status CheckEpoch(sql::Tx& tx, int64_t epoch) {
  RETURN_IF_ERROR(sql::GiveUpIfStalled(tx, kLeaderStallMs));
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT epoch FROM leader WHERE one = 1 FOR UPDATE"));
  if (rows[0].Int(0) == epoch) return Ok();
  return MakeError(Code::kAborted, "NOT_LEADER", "another leader has begun a newer epoch");
}

Status InsertCommand(sql::Tx& tx, const AssignCommand& command, Time now) {
  return tx.Post(
      "INSERT INTO assign_command (offer_id, ticket_id, agent_id, agent_name, created_us, "
      "traceparent) VALUES ($1, $2, $3, $4, $5, $6)",
      command.offer_id, command.ticket_id, command.agent_id, command.agent_name, ToMicros(now),
      command.traceparent);
}

Status DeleteCommand(sql::Tx& tx, const std::string& offer_id) {
  return tx.Post("DELETE FROM assign_command WHERE offer_id = $1", offer_id);
}

Result<std::vector<AssignCommand>> ListCommands(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT offer_id, ticket_id, agent_id, agent_name, traceparent FROM "
                            "assign_command ORDER BY created_us LIMIT $1",
                            limit));
  std::vector<AssignCommand> commands;
  for (const sql::Row& row : rows) {
    commands.push_back({row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4)});
  }
  return commands;
}

}  // namespace muara::routing::store
