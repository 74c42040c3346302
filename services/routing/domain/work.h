// Agents, queues, work items and offers: what routing knows, as plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::routing {

// Numbers as on the wire and in the store.
enum class AgentStatus { kAvailable = 1, kAway = 2, kOffline = 3 };
enum class ItemStatus { kQueued = 1, kOffered = 2, kAssigned = 3, kParked = 4, kDone = 5 };
enum class OfferStatus {
  kPending = 1,
  kAccepted = 2,
  kRejected = 3,
  kTimedOut = 4,
  kRescinded = 5
};
enum class Channel { kEmail = 1, kChat = 2, kSocial = 3, kPhone = 4, kApi = 5 };

constexpr int kLevelMin = 1;
constexpr int kLevelMax = 5;
constexpr int kCapacityDefault = 4;
constexpr int kCapacityMax = 1000;
constexpr int kPriorityMax = 100;
constexpr int kAgeingMax = 100;
constexpr int kOfferSecondsDefault = 30;
constexpr int kOfferSecondsMax = 600;
constexpr size_t kListMax = 200;  // skills, queues, requirements of one thing

struct Skill {
  std::string name;
  int level = kLevelMin;
};

struct Agent {
  std::string id;
  std::string display_name;
  std::vector<Skill> skills;
  std::vector<std::string> queue_ids;
  int capacity = kCapacityDefault;
  int used = 0;  // weights of what is offered to or held by the agent
  AgentStatus status = AgentStatus::kOffline;
  std::string status_reason;
  Time status_time;
  Time idle_since;  // when work last ended; an offer alone does not reset it
  int missed_offers = 0;
  int version = 1;

  bool WorksOn(const std::string& queue_id) const;
  bool HasLevel(const std::string& skill, int level_min) const;
  int free() const { return capacity > used ? capacity - used : 0; }
};

struct Queue {
  std::string id;
  std::string display_name;
  int priority = 0;
  int ageing_per_minute = 1;  // points that an item gains for each minute of waiting
  int offer_timeout_seconds = kOfferSecondsDefault;
  std::vector<Skill> requirements;
  int version = 1;
  int waiting = 0;
};

struct WorkItem {
  std::string id;  // the ticket's
  std::string queue_id;
  ItemStatus status = ItemStatus::kQueued;
  Channel channel = Channel::kEmail;
  int weight = 1;
  int priority = 0;  // 0 to 100
  std::string agent_id;
  std::string offer_id;
  Time enqueue_time;
  std::string subject;
  std::string ticket_reference;
  std::string preferred_agent_id;
  std::string reason;
  std::map<std::string, Time> excluded;  // agents passed over, until when
  int version = 1;

  bool Excludes(const std::string& agent_id, Time now) const;
};

struct Offer {
  std::string id;
  std::string work_item_id;
  std::string agent_id;
  std::string queue_id;
  OfferStatus status = OfferStatus::kPending;
  Time create_time;
  Time expire_time;
  std::string subject;
  std::string ticket_reference;
  Channel channel = Channel::kEmail;
  std::string why;
  int64_t epoch = 0;
};

// A mail rides beside others, a live conversation takes more.
int WeightOf(Channel channel);

// Every field that breaks a limit, named.
Status Validate(const Agent& agent);
Status Validate(const Queue& queue);

}  // namespace muara::routing
