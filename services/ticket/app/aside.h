// Things whose turn failed step aside, each longer after every try, so that they hold up none of
// those behind them. What waits is known to this process alone: another one tries for itself.
// Thread-safe.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

constexpr size_t kAsideMax = 10'000;  // more are tried at every turn
constexpr Duration kAsideFirst = std::chrono::seconds(1);
constexpr Duration kAsideLongest = std::chrono::minutes(5);

// What is due by itself, and since when.
template <class Id>
struct Due {
  Id id;
  Time time;
};

class Aside {
 public:
  explicit Aside(const char* what) : what_(what) {}

  // How many wait: so many more are read, so that these take nobody's place.
  int size() const;
  // When the first of these is to be tried: of those who wait, when their wait is over.
  template <class Id>
  std::optional<Time> Next(const std::vector<Due<Id>>& due) const {
    std::optional<Time> next;
    for (const Due<Id>& one : due) {
      const Time time = std::max(one.time, AgainAt(NameOf(one.id)));
      next = std::min(next.value_or(time), time);
    }
    return next;
  }
  // Does each that does not wait in a transaction of its own, where `act` answers how much it did;
  // answers how much that was together. A store that is away is nobody's own fault: the error.
  template <class Id, class Act>
  Result<int> InTurn(sql::Database& database, const std::vector<Due<Id>>& due, Time now,
                     const Act& act) {
    int all = 0;
    std::optional<Error> away;
    for (const Due<Id>& one : due) {
      if (now < AgainAt(NameOf(one.id))) continue;
      const Result<int> done = database.Transact([&](sql::Tx& tx) { return act(tx, one.id); });
      if (done.ok()) {
        all += *done;
        Forget(NameOf(one.id));
      } else if (done.error().code == Code::kUnavailable) {
        away = done.error();
      } else {
        Put(NameOf(one.id), done.error(), now);
      }
    }
    if (away) return *away;
    return all;
  }

 private:
  struct Wait {
    Duration length = {};
    Time again = {};
  };
  // Of an id, or of what has one.
  template <class Id>
  static const std::string& NameOf(const Id& id) {
    if constexpr (requires { id.value; }) {
      return id.value;
    } else if constexpr (requires { id.id; }) {
      return id.id;
    } else {
      return id;
    }
  }
  // Long ago where it does not wait.
  Time AgainAt(const std::string& id) const;
  void Forget(const std::string& id);
  void Put(const std::string& id, const Error& error, Time now);

  const char* const what_;  // of the line that names each try
  mutable std::mutex mutex_;
  std::map<std::string, Wait> waits_;
};

}  // namespace muara::ticket
