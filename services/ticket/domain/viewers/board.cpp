#include "services/ticket/domain/viewers/board.h"

namespace muara::ticket {

void ViewerBoard::DropEnded(Time now) {
  for (auto& [ticket, viewers] : tickets_) {
    std::erase_if(viewers, [&](const auto& one) { return one.second.until <= now; });
  }
  std::erase_if(tickets_, [](const auto& one) { return one.second.empty(); });
}

ViewerBoard::Noted ViewerBoard::Note(const TicketId& ticket, const Viewer& viewer, Time now) {
  if (viewer.state == ViewerState::kGone) {
    const auto found = tickets_.find(ticket.value);
    if (found == tickets_.end()) return Noted::kYes;
    found->second.erase(viewer.agent_id);
    if (found->second.empty()) tickets_.erase(found);
    return Noted::kYes;
  }
  if (tickets_.size() >= kViewedTicketsMax && !tickets_.contains(ticket.value)) {
    DropEnded(now);
    if (tickets_.size() >= kViewedTicketsMax) return Noted::kFull;
  }
  auto& viewers = tickets_[ticket.value];
  std::erase_if(viewers, [&](const auto& one) { return one.second.until <= now; });
  if (viewers.size() >= kViewersMax && !viewers.contains(viewer.agent_id)) return Noted::kFull;
  viewers[viewer.agent_id] = viewer;
  return Noted::kYes;
}

std::vector<Viewer> ViewerBoard::On(const TicketId& ticket, Time now) const {
  std::vector<Viewer> viewers;
  const auto found = tickets_.find(ticket.value);
  if (found == tickets_.end()) return viewers;
  for (const auto& [id, viewer] : found->second) {
    if (viewer.until > now) viewers.push_back(viewer);
  }
  return viewers;
}

ViewRate::Taken ViewRate::Take(const std::string& agent_id, Time now) {
  const auto is_old = [&](Time time) { return time <= now - kViewsWithin; };
  if (agents_.size() >= kViewingAgentsMax && !agents_.contains(agent_id)) {
    std::erase_if(agents_, [&](const auto& one) { return is_old(one.second.back()); });
    if (agents_.size() >= kViewingAgentsMax) return Taken::kTooMany;
  }
  std::deque<Time>& times = agents_[agent_id];
  while (!times.empty() && is_old(times.front())) times.pop_front();
  if (times.size() >= kViewsMax) return Taken::kTooMany;
  times.push_back(now);
  return Taken::kYes;
}

}  // namespace muara::ticket
