// The leader's loop: holds the lease, feeds the engine, keeps its pairs as offers, ends those that
// have run out, and wrap-ups too. Replicas without the lease stand by. One thread.
#pragma once

#include <atomic>
#include <deque>
#include <string>
#include <thread>

#include "services/routing/app/connections.h"
#include "services/routing/app/floor.h"
#include "services/routing/app/offers.h"
#include "services/routing/app/work.h"
#include "services/routing/app/wrap_ups.h"
#include "services/routing/domain/engine.h"

namespace muara::routing {

class Dispatcher {
 public:
  Dispatcher(sql::Database& database, Floor& floor, Offers& offers, Work& work, WrapUps& wrap_ups,
             CurrentPolicy& policy, OpeningHours& hours, Connections& connections,
             const Clock& clock, Meters& meters);
  ~Dispatcher();
  Status Start();
  // Gives the lease up, so that another replica need not wait for its end.
  void Stop();

  // One round, for the thread and for tests.
  Status Step();
  bool leads() const { return epoch_ > 0; }

 private:
  void RunUntilStopped();
  Status Round(Time now);
  Status Survey(Time now);
  Status HoldLease(Time now);
  Status LoadAll();
  Status LoadChanges();
  void TakeChanges();
  Status OfferAll(Time now);
  Status PutAgain(const Pair& pair);
  Status PutItemAgain(const std::string& id);
  Status EndWaits();

  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  Work& work_;
  WrapUps& wrap_ups_;
  CurrentPolicy& policy_;
  OpeningHours& hours_;
  Connections& connections_;
  const Clock& clock_;
  Meters& meters_;
  const std::string holder_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  // Of the thread alone:
  Engine engine_;
  std::deque<DueItem> due_;        // what the engine has told, and is not done yet
  std::atomic<int64_t> epoch_{0};  // 0: not the leader
  Time renew_at_;
  Time policy_at_;
  Time load_at_;
  Time changes_at_;
  Time expire_at_;
  Time judge_at_;
  Time survey_at_;
};

}  // namespace muara::routing
