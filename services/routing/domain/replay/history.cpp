#include "services/routing/domain/replay/history.h"

#include <algorithm>
#include <map>

namespace muara::routing {
namespace {

class Mean {
 public:
  void Add(Duration value) { sum_ += value, ++count_; }
  bool empty() const { return count_ == 0; }
  Duration value() const { return sum_ / count_; }

 private:
  Duration sum_ = Duration(0);
  int64_t count_ = 0;
};

}  // namespace

void GuessWork(History& history) {
  std::map<std::string, Mean> by_queue;
  Mean all;
  for (const Visit& visit : history.visits) {
    if (!visit.actual.end_time) continue;
    by_queue[visit.queue_id].Add(visit.work);
    all.Add(visit.work);
  }
  for (Visit& visit : history.visits) {
    if (visit.actual.end_time) continue;
    const auto own = by_queue.find(visit.queue_id);
    const Mean& mean = own == by_queue.end() ? all : own->second;
    visit.is_work_guessed = true;
    visit.work = mean.empty() ? history.until - history.from : mean.value();
    if (visit.actual.fate == Fate::kServed) {
      // It went on beyond the last moment.
      visit.work = std::max(visit.work, history.until - visit.actual.time + Duration(1));
    }
  }
}

}  // namespace muara::routing
