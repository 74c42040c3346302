#include "services/routing/domain/capacity.h"

#include <algorithm>
#include <numeric>

namespace muara::routing {

int Load::total() const { return std::accumulate(units_.begin(), units_.end(), 0); }

std::array<std::array<Beside, kChannelCount>, kChannelCount> CapacityPolicy::ACallAlone() {
  std::array<std::array<Beside, kChannelCount>, kChannelCount> beside;
  for (auto& row : beside) row.fill(Beside::kShares);
  constexpr auto kCall = static_cast<size_t>(Channel::kPhone);
  beside[kCall].fill(Beside::kWaits);
  for (auto& row : beside) row[kCall] = Beside::kWaits;
  return beside;
}

int RoomFor(const CapacityPolicy& policy, Channel channel, const Load& load, int capacity) {
  int counted = 0;
  for (const Channel there : kChannels) {
    const int units = load.of(there);
    if (units == 0) continue;
    switch (policy.Between(channel, there)) {
      case Beside::kWaits:
        return -1;
      case Beside::kInterrupts:
        break;
      case Beside::kShares:
        counted += units;
    }
  }
  return std::max(0, capacity - counted);
}

int SetAside(const CapacityPolicy& policy, Channel channel, const Load& load) {
  int units = 0;
  for (const Channel there : kChannels) {
    if (policy.Between(channel, there) == Beside::kInterrupts) units += load.of(there);
  }
  return units;
}

}  // namespace muara::routing
