// What an agent may do at once: units of work by channel, one model over calls, chats and mail.
#pragma once

#include <array>
#include <cstddef>

namespace muara::routing {

// Numbers as on the wire and in the store.
enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };
constexpr int kChannelCount = 6;  // with 0, which is none
inline constexpr std::array kChannels = {Channel::kEmail, Channel::kChat, Channel::kSocial,
                                         Channel::kPhone, Channel::kApi};

// What is offered to an agent or held by it, in units.
class Load {
 public:
  int of(Channel channel) const { return units_[static_cast<size_t>(channel)]; }
  int total() const;
  void Add(Channel channel, int units) { units_[static_cast<size_t>(channel)] += units; }
  bool operator==(const Load&) const = default;

 private:
  std::array<int, kChannelCount> units_{};
};

// How new work gets on with what the agent already has.
enum class Beside {
  kShares = 1,      // both count
  kWaits = 2,       // nothing new while the other is there
  kInterrupts = 3,  // the other is set aside meanwhile and does not count
};

// Units of a piece of work by channel, and what may ride beside what.
struct CapacityPolicy {
  std::array<int, kChannelCount> weights = {1, 1, 2, 1, 4, 1};
  // [new][there]. As built: a call needs an agent with nothing else, and nothing comes beside a
  // call; all other work shares.
  std::array<std::array<Beside, kChannelCount>, kChannelCount> beside = ACallAlone();

  int WeightOf(Channel channel) const { return weights[static_cast<size_t>(channel)]; }
  Beside Between(Channel added, Channel there) const {
    return beside[static_cast<size_t>(added)][static_cast<size_t>(there)];
  }
  bool operator==(const CapacityPolicy&) const = default;

 private:
  static std::array<std::array<Beside, kChannelCount>, kChannelCount> ACallAlone();
};

// The units that are left for work of this channel; -1 where something there forbids it.
int RoomFor(const CapacityPolicy& policy, Channel channel, const Load& load, int capacity);

// The units that new work of this channel interrupts: they do not count beside it.
int SetAside(const CapacityPolicy& policy, Channel channel, const Load& load);

}  // namespace muara::routing
