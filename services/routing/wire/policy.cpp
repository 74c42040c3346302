#include "services/routing/wire/policy.h"

namespace muara::routing::wire {

static_assert(static_cast<int>(Beside::kInterrupts) == v1::INTERRUPT_EFFECT_INTERRUPTS);
static_assert(static_cast<int>(MissedAction::kNothing) == v1::MISSED_OFFERS_ACTION_NOTHING);

v1::RoutingPolicy ToProto(const RoutingPolicy& policy) {
  const auto channel_of = [](Channel channel) {
    return static_cast<connector::v1::Channel>(channel);
  };
  v1::RoutingPolicy out;
  out.set_version(policy.version);
  for (const Channel channel : kChannels) {
    auto* weight = out.add_weights();
    weight->set_channel(channel_of(channel));
    weight->set_units(policy.capacity.WeightOf(channel));
    auto* grace = out.add_lost_grace();
    grace->set_channel(channel_of(channel));
    grace->set_seconds(policy.GraceOf(channel));
    for (const Channel there : kChannels) {
      auto* rule = out.add_interrupt_rules();
      rule->set_new_channel(channel_of(channel));
      rule->set_present_channel(channel_of(there));
      rule->set_effect(static_cast<v1::InterruptEffect>(policy.capacity.Between(channel, there)));
    }
  }
  out.set_exclusion_seconds(policy.exclusion_seconds);
  out.set_missed_offers_max(policy.missed_offers_max);
  out.set_missed_offers_action(static_cast<v1::MissedOffersAction>(policy.missed_action));
  out.set_heartbeat_seconds(policy.heartbeat_seconds);
  out.set_suspect_seconds(policy.suspect_seconds);
  out.set_lost_seconds(policy.lost_seconds);
  out.set_transfer_seconds(policy.transfer_seconds);
  return out;
}

}  // namespace muara::routing::wire
