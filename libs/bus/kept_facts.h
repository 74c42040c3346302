// The copies of facts that a consumer keeps because it could not apply them (dead letters, and what
// is parked behind them), brought in line with the owner's log: what the owner rewrote since, to
// take a person's words out, is rewritten here, and what its log no longer holds is emptied, so
// that nothing is kept longer here than there. Order and parking stay as they are; a key of which
// something was emptied can no longer be replayed. One thread; several replicas do no harm.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/bus/owner_log.h"
#include "libs/sql/database.h"

namespace muara::bus {

class KeptFacts {
 public:
  // `checkpoint`: under which the topic's checkpoints are kept.
  KeptFacts(sql::Database& database, std::string checkpoint)
      : database_(database), checkpoint_(std::move(checkpoint)) {}

  // Compares the next 100 with the owner's log, which is asked for each. False: that was the last
  // of them, and it begins anew.
  Result<bool> RefreshSome(const OwnerLog& owner, const std::string& epoch);

 private:
  using Place = std::pair<int, int64_t>;  // part and position
  Result<std::vector<Place>> NextPlaces() const;
  Status Refresh(const OwnerLog& owner, const std::string& epoch, const Place& place) const;

  sql::Database& database_;
  const std::string checkpoint_;
  Place after_{-1, 0};
};

}  // namespace muara::bus
