#include "services/routing/app/policy.h"

#include "libs/bus/claim.h"
#include "services/routing/app/versions.h"
#include "services/routing/store/policy.h"
#include "services/routing/wire/events.h"

namespace muara::routing {

std::shared_ptr<const RoutingPolicy> CurrentPolicy::Now() const {
  const std::lock_guard lock(mutex_);
  return policy_;
}

void CurrentPolicy::Set(const RoutingPolicy& policy) {
  const std::lock_guard lock(mutex_);
  // A slow reader must not undo what was changed meanwhile.
  if (policy.version >= policy_->version) policy_ = std::make_shared<const RoutingPolicy>(policy);
}

Status CurrentPolicy::Refresh() {
  ASSIGN_OR_RETURN(const RoutingPolicy policy, Load());
  Set(policy);
  return Ok();
}

Result<RoutingPolicy> CurrentPolicy::Load() {
  return database_.Read([](sql::Tx& tx) { return store::LoadPolicy(tx); });
}

Result<RoutingPolicy> CurrentPolicy::Update(const OperationKey& key, int expected_version,
                                            const std::function<void(RoutingPolicy&)>& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<RoutingPolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(RoutingPolicy policy, store::LoadPolicyForChange(tx));
    if (!first) return policy;
    RETURN_IF_ERROR(CheckVersion(policy.version, expected_version));
    change(policy);
    RETURN_IF_ERROR(Validate(policy));
    RETURN_IF_ERROR(store::SavePolicy(tx, policy));
    RETURN_IF_ERROR(log_.Append(tx, wire::RoutingPolicyChanged(policy), now));
    tx.OnCommit([this, policy] { Set(policy); });
    return policy;
  });
}

}  // namespace muara::routing
