#include "services/routing/domain/engine/choice.h"

#include <tuple>

namespace muara::routing::engine {
namespace {

// Loads are compared as parts of a million, which orders all capacities up to 1000 rightly.
constexpr int64_t kWhole = 1'000'000;

const char* NameOf(Balance balance) {
  switch (balance) {
    case Balance::kLongestIdle:
      return "longest idle";
    case Balance::kLeastLoaded:
      return "least loaded";
    case Balance::kProficiency:
      return "most proficient";
    case Balance::kShare:
      return "furthest below its share";
  }
  return "";
}

}  // namespace

bool Choice::May(const Entry& entry, const Standing& standing, uint32_t agent, Time now) const {
  return !entry.Excludes(agent, now) && holds_.Against(standing, agent, now) == kNothing;
}

int64_t Choice::KeyOf(const Lane& lane, Balance balance, uint32_t agent) const {
  switch (balance) {
    case Balance::kLongestIdle:
      return roster_.idle_us(agent);
    case Balance::kLeastLoaded:
      return roster_.used(agent) * kWhole / roster_.seat(agent).capacity;
    case Balance::kProficiency: {
      int64_t levels = 0;
      const Seat& seat = roster_.seat(agent);
      for (const Grade& need : lane.audience->grades) levels += seat.LevelOf(need.skill);
      return -levels;
    }
    case Balance::kShare:
      return roster_.seat(agent).served;
  }
  return 0;
}

bool Choice::HasSomebody(const Entry& entry) const {
  const Lane& lane = backlog_.LaneAt(entry);
  const Bits& ready = lane.load_class->ready;
  return lane.audience == nullptr ? ready.Has(lane.kept_for)
                                  : Bits::Meet(lane.audience->able, ready);
}

std::optional<Choice::Chosen> Choice::AgentFor(uint32_t item, Time now) const {
  const Entry& entry = backlog_.items()[item];
  const Lane& lane = backlog_.LaneAt(entry);
  const Bits& ready = lane.load_class->ready;
  const Standing standing = backlog_.StandingOf(item, now);
  if (lane.audience == nullptr) {
    const uint32_t agent = lane.kept_for;
    if (!ready.Has(agent) || !May(entry, standing, agent, now)) return std::nullopt;
    return Chosen{agent, entry.IsDirected() ? "named for it" : "preferred agent"};
  }
  const Bits& able = lane.audience->able;
  const uint32_t wanted = entry.preferred();
  if (wanted != kNobody && able.Has(wanted) && ready.Has(wanted) &&
      May(entry, standing, wanted, now)) {
    return Chosen{wanted, "preferred agent"};
  }
  const Balance balance = backlog_.queue(entry.queue).queue.balance;
  uint32_t best = kNobody;
  int64_t best_key = 0;
  int count = 0;
  const auto rest = [&](uint32_t agent) {
    return std::make_tuple(roster_.idle_us(agent), roster_.used(agent),
                           std::string_view(roster_.IdOf(agent)));
  };
  Bits::ForEachOfBoth(able, ready, [&](uint32_t agent) {
    if (!May(entry, standing, agent, now)) return;
    ++count;
    const int64_t key = KeyOf(lane, balance, agent);
    const bool better =
        best == kNobody || key < best_key || (key == best_key && rest(agent) < rest(best));
    if (better) best = agent, best_key = key;
  });
  if (best == kNobody) return std::nullopt;
  return Chosen{best,
                std::string(NameOf(balance)) + " of " + std::to_string(count) + " able agents"};
}

}  // namespace muara::routing::engine
