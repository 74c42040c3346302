// One item after another, its facts in their order become visits and holds. One thread.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/routing/domain/replay/history.h"
#include "services/routing/wire/past.h"

namespace muara::routing {

class Chronicle {
 public:
  // Adds to the visits and holds of this history, which outlives it.
  explicit Chronicle(History& history) : history_(history) {}

  bool Knows(const std::string& item_id) const { return places_.contains(item_id); }
  // How the item was when the history begins; what is offered waits.
  void Begin(const WorkItem& item);
  // What was told of it later; nothing of it was passed over.
  void Add(const wire::Told& told);
  // What waits, waits on; what is held is held on.
  void Finish();

 private:
  enum class Stage { kNone, kWaits, kServed, kHeld, kExpired };
  // Where an item is, and its visit or hold.
  struct Place {
    Stage stage = Stage::kNone;
    size_t at = 0;
    int visits = 0;
    Time time;  // of the last fact
    // By a transfer, until when: that is replayed, rejects and what is missed are not.
    std::map<std::string, Time> passed_over;
  };

  void Enter(Place& place, const WorkItem& item, Time since);
  static void PassOver(Place& place, const WorkItem& item);
  void Queued(Place& place, const WorkItem& item, Time time);
  void Changed(Place& place, const WorkItem& item, Time time);
  void Accepted(Place& place, const wire::Told& told, Time time);
  void Assigned(Place& place, const WorkItem& item, Time time);
  std::optional<std::string> HolderOf(const Place& place) const;
  void Ended(Place& place, Time time);
  void Expired(Place& place, Time time);
  void Serve(Place& place, const std::string& agent_id, const std::string& why, Time time);
  void Hold(Place& place, const WorkItem& item, Time time);

  History& history_;
  std::unordered_map<std::string, Place> places_;
  std::vector<Duration> delays_;
};

}  // namespace muara::routing
