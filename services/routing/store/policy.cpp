#include "services/routing/store/policy.h"

#include <sstream>

#include "services/routing/store/lists.h"

namespace muara::routing::store {
namespace {

// One number for each channel, 1 to 5.
template <class Of>
std::string Join(const Of& of) {
  std::vector<std::string> words;
  for (const Channel channel : kChannels) words.push_back(std::to_string(of(channel)));
  return JoinWords(words);
}

template <class Set>
void Split(const std::string& text, const Set& set) {
  std::istringstream in(text);
  for (const Channel channel : kChannels) {
    int number = 0;
    if (in >> number) set(static_cast<size_t>(channel), number);
  }
}

// Five digits for each new channel, by what is there.
std::string JoinMatrix(const CapacityPolicy& capacity) {
  std::vector<std::string> rows;
  for (const Channel added : kChannels) {
    std::string row;
    for (const Channel there : kChannels) {
      row += std::to_string(static_cast<int>(capacity.Between(added, there)));
    }
    rows.push_back(row);
  }
  return JoinWords(rows);
}

void SplitMatrix(const std::string& text, CapacityPolicy& capacity) {
  const std::vector<std::string> rows = SplitWords(text);
  for (size_t added = 0; added < rows.size() && added < kChannels.size(); ++added) {
    for (size_t there = 0; there < rows[added].size() && there < kChannels.size(); ++there) {
      capacity
          .beside[static_cast<size_t>(kChannels[added])][static_cast<size_t>(kChannels[there])] =
          static_cast<Beside>(rows[added][there] - '0');
    }
  }
}

Result<RoutingPolicy> Load(sql::Tx& tx, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT version, weights, interrupts, exclusion_seconds, "
                           "missed_offers_max, missed_offers_action, heartbeat_seconds, "
                           "suspect_seconds, lost_seconds, lost_grace, transfer_seconds FROM "
                           "routing_policy "
                           "WHERE one = 1") +
               lock));
  const sql::Row& row = rows[0];  // made with its table
  RoutingPolicy policy;
  policy.version = static_cast<int>(row.Int(0));
  Split(row.Text(1), [&](size_t at, int number) { policy.capacity.weights[at] = number; });
  SplitMatrix(row.Text(2), policy.capacity);
  policy.exclusion_seconds = static_cast<int>(row.Int(3));
  policy.missed_offers_max = static_cast<int>(row.Int(4));
  policy.missed_action = static_cast<MissedAction>(row.Int(5));
  policy.heartbeat_seconds = static_cast<int>(row.Int(6));
  policy.suspect_seconds = static_cast<int>(row.Int(7));
  policy.lost_seconds = static_cast<int>(row.Int(8));
  Split(row.Text(9), [&](size_t at, int number) { policy.grace_seconds[at] = number; });
  policy.transfer_seconds = static_cast<int>(row.Int(10));
  return policy;
}

}  // namespace

Result<RoutingPolicy> LoadPolicy(sql::Tx& tx) { return Load(tx, ""); }
Result<RoutingPolicy> LoadPolicyForChange(sql::Tx& tx) { return Load(tx, " FOR UPDATE"); }

Status SavePolicy(sql::Tx& tx, RoutingPolicy& policy) {
  ++policy.version;
  return tx.Post(
      "UPDATE routing_policy SET version = $1, weights = $2, interrupts = $3, "
      "exclusion_seconds = $4, missed_offers_max = $5, missed_offers_action = $6, "
      "heartbeat_seconds = $7, suspect_seconds = $8, lost_seconds = $9, lost_grace = $10, "
      "transfer_seconds = $11 WHERE one = 1",
      policy.version, Join([&](Channel channel) { return policy.capacity.WeightOf(channel); }),
      JoinMatrix(policy.capacity), policy.exclusion_seconds, policy.missed_offers_max,
      policy.missed_action, policy.heartbeat_seconds, policy.suspect_seconds, policy.lost_seconds,
      Join([&](Channel channel) { return policy.GraceOf(channel); }), policy.transfer_seconds);
}

}  // namespace muara::routing::store
