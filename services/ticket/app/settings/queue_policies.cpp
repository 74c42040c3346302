#include "services/ticket/app/settings/queue_policies.h"

#include "libs/bus/claim.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kAimedAtOnce = 200;

}  // namespace

Result<QueuePolicy> QueuePolicies::Of(sql::Tx& tx, const std::string& queue_id) const {
  ASSIGN_OR_RETURN(auto found, store::FindPolicy(tx, queue_id));
  if (found) return *found;
  QueuePolicy policy;
  policy.queue_id = queue_id;
  policy.lifecycle = defaults_;
  return policy;
}

Result<QueuePolicy> QueuePolicies::Get(const std::string& queue_id) {
  return database_.Read([&](sql::Tx& tx) { return Of(tx, queue_id); });
}

Result<std::vector<QueuePolicy>> QueuePolicies::List(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListPolicies(tx, limit, after); });
}

Result<QueuePolicy> QueuePolicies::Put(const Edit& edit, QueuePolicy policy) {
  LifecyclePolicy& lifecycle = policy.lifecycle;
  if (lifecycle.reopen_window.count() == 0) lifecycle.reopen_window = defaults_.reopen_window;
  if (lifecycle.close_after.count() == 0) lifecycle.close_after = defaults_.close_after;
  RETURN_IF_ERROR(Validate(policy));
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<QueuePolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    ASSIGN_OR_RETURN(const QueuePolicy before, Of(tx, policy.queue_id));
    if (!first) return before;
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    policy.version = before.version + 1;
    RETURN_IF_ERROR(store::SavePolicy(tx, policy));
    if (lifecycle.close_after != before.lifecycle.close_after) {
      RETURN_IF_ERROR(store::BeginClosingWalk(tx));
    }
    RETURN_IF_ERROR(
        log_.Append(tx, wire::QueuePolicyChanged(policy, {edit.actor, "ADMIN", ""}), now));
    return policy;
  });
}

muara::Status QueuePolicies::TakeDefaults() const {
  return database_.Transact(
      [&](sql::Tx& tx) { return store::SetCloseAfterDefault(tx, defaults_.close_after); });
}

Result<int> QueuePolicies::AimClosing() const {
  // Mostly there is nothing to do: that takes no writer.
  ASSIGN_OR_RETURN(const bool due, database_.Read(store::HasClosingWalk));
  if (!due) return 0;
  return database_.Transact([](sql::Tx& tx) { return store::StepClosingWalk(tx, kAimedAtOnce); });
}

}  // namespace muara::ticket
