#include "services/routing/app/meters.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::routing {
namespace {

constexpr OfferStatus kEnds[] = {OfferStatus::kAccepted, OfferStatus::kRejected,
                                 OfferStatus::kTimedOut, OfferStatus::kRescinded,
                                 OfferStatus::kLost};

const char* WordOf(OfferStatus status) {
  switch (status) {
    case OfferStatus::kPending:
      return "pending";
    case OfferStatus::kAccepted:
      return "accepted";
    case OfferStatus::kRejected:
      return "rejected";
    case OfferStatus::kTimedOut:
      return "timed_out";
    case OfferStatus::kRescinded:
      return "rescinded";
    case OfferStatus::kLost:
      return "lost";
  }
  return "";
}

const char* WordOf(Connection connection) {
  switch (connection) {
    case Connection::kLive:
      return "live";
    case Connection::kSuspect:
      return "suspect";
    case Connection::kNone:
      return "none";
  }
  return "";
}

const char* WordOf(AgentStatus status) {
  switch (status) {
    case AgentStatus::kAvailable:
      return "available";
    case AgentStatus::kAway:
      return "away";
    case AgentStatus::kOffline:
      return "offline";
  }
  return "";
}

const char* WayOf(const Offer& offer) { return offer.IsPulled() ? "pulled" : "automatic"; }

double SecondsOf(std::chrono::steady_clock::duration took) {
  return std::chrono::duration<double>(took).count();
}

}  // namespace

// What never happened is told as 0, so that its rate is known when it first does.
Meters::Meters(metrics::Registry& registry) : registry_(registry) {
  for (const OfferStatus status : kEnds) {
    registry_.Count("muara_routing_offers_ended_total",
                    {{"outcome", WordOf(status)}, {"way", "automatic"}}, 0);
  }
  registry_.Count("muara_routing_offers_ended_total", {{"outcome", "accepted"}, {"way", "pulled"}},
                  0);
  registry_.Count("muara_routing_returned_total", {}, 0);
  registry_.Count("muara_routing_lane_alarms_total", {}, 0);
  StandsBy();
}

void Meters::Ended(const Offer& offer) {
  registry_.Count("muara_routing_offers_ended_total",
                  {{"outcome", WordOf(offer.status)}, {"way", WayOf(offer)}});
}

void Meters::Accepted(const Offer& offer, Duration wait) {
  Ended(offer);
  registry_.ObserveWaitSeconds("muara_routing_accepted_wait_seconds", {{"way", WayOf(offer)}},
                               std::max(0.0, std::chrono::duration<double>(wait).count()));
}

void Meters::ReturnedFromLost() { registry_.Count("muara_routing_returned_total", {}); }

void Meters::Leads() { registry_.Set("muara_routing_leader", {}, 1); }

void Meters::StandsBy() {
  registry_.Set("muara_routing_leader", {}, 0);
  Backlog(0, 0);
  Stands({});
}

void Meters::Offered(const Offer& offer) {
  registry_.Count("muara_routing_offers_total", {{"queue", offer.queue_id}});
}

void Meters::Matched(std::chrono::steady_clock::duration took) {
  registry_.ObserveSeconds("muara_routing_match_seconds", {}, SecondsOf(took));
}

void Meters::RoundEnded(std::chrono::steady_clock::duration took) {
  registry_.ObserveSeconds("muara_routing_round_seconds", {}, SecondsOf(took));
}

void Meters::Backlog(int waiting, int lanes) {
  registry_.Set("muara_routing_waiting", {}, waiting);
  registry_.Set("muara_routing_lanes", {}, lanes);
  JudgeLanes(lanes);
}

void Meters::JudgeLanes(int lanes) {
  const bool before = many_lanes_;
  const bool many = lanes > (before ? kLanesMany / 2 : kLanesMany);
  many_lanes_ = many;
  registry_.Set("muara_routing_lanes_alarm", {}, many ? 1 : 0);
  if (!many || before) return;
  registry_.Count("muara_routing_lane_alarms_total", {});
  log::Warn("too many groups of work: requirements differ from item to item",
            {{"lanes", lanes}, {"alarm_at", kLanesMany}});
}

void Meters::Stands(const store::Survey& survey) {
  for (const auto connection : {Connection::kLive, Connection::kSuspect, Connection::kNone}) {
    for (const auto status : {AgentStatus::kAvailable, AgentStatus::kAway, AgentStatus::kOffline}) {
      const auto count = survey.agents.find({connection, status});
      registry_.Set("muara_routing_agents",
                    {{"connection", WordOf(connection)}, {"status", WordOf(status)}},
                    count == survey.agents.end() ? 0 : static_cast<double>(count->second));
    }
  }
  const auto waits = [&](const char* command, int count) {
    registry_.Set("muara_routing_commands_waiting", {{"command", command}}, count);
  };
  waits("assign", survey.assigns);
  waits("flag", survey.flags);
  waits("unassign", survey.unassigns);
}

}  // namespace muara::routing
