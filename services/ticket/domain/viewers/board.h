// Who looks at which ticket now, and who writes on it; and how often an agent may tell so. Not
// thread-safe; time is an argument.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

// Numbers as on the wire.
enum class ViewerState { kViewing = 1, kTyping = 2, kGone = 3 };

constexpr Duration kViewerLife = std::chrono::seconds(15);  // after the last word of it
constexpr size_t kViewersMax = 50;                          // of one ticket
constexpr size_t kViewedTicketsMax = 10'000;
constexpr size_t kViewsMax = 20;  // of one agent within:
constexpr Duration kViewsWithin = std::chrono::seconds(10);
constexpr size_t kViewingAgentsMax = 10'000;

struct Viewer {
  std::string agent_id;
  ViewerState state = ViewerState::kViewing;
  Time until;
};

class ViewerBoard {
 public:
  enum class Noted { kYes, kFull };
  // Instead of what was noted of this agent; a full board makes room by what has ended.
  Noted Note(const TicketId& ticket, const Viewer& viewer, Time now);
  // By agent; none whose time is over.
  std::vector<Viewer> On(const TicketId& ticket, Time now) const;

 private:
  void DropEnded(Time now);

  std::map<std::string, std::map<std::string, Viewer>> tickets_;
};

class ViewRate {
 public:
  enum class Taken { kYes, kTooMany };
  Taken Take(const std::string& agent_id, Time now);

 private:
  std::map<std::string, std::deque<Time>> agents_;
};

}  // namespace muara::ticket
