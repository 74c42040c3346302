#include "services/routing/app/dispatcher.h"

#include "libs/base/id.h"
#include "libs/log/log.h"
#include "services/routing/app/picture.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr Duration kLease = std::chrono::seconds(2);
constexpr Duration kRenewEvery = std::chrono::milliseconds(500);
// By those who stand by, so that little more than the lease is lost with a leader.
constexpr Duration kTryEvery = std::chrono::milliseconds(200);
constexpr Duration kJudgeEvery = std::chrono::seconds(1);
constexpr Duration kSurveyEvery = std::chrono::seconds(5);
constexpr Duration kExpireEvery = std::chrono::milliseconds(100);
// What other replicas' transactions changed reaches this engine no later ...
constexpr Duration kLoadChangesEvery = std::chrono::milliseconds(500);
// ... unless a transaction took longer, or a clock is further behind, than this. Then it is seen
// when all is read again.
constexpr Duration kOverlap = std::chrono::seconds(3);
constexpr Duration kLoadAllEvery = std::chrono::minutes(1);
// Matched at once, and of those offered in one transaction.
constexpr size_t kPairsMax = 1000;
constexpr size_t kOffersAtOnce = 100;
constexpr size_t kDueAtOnce = 200;
constexpr auto kIdle = std::chrono::milliseconds(100);

}  // namespace

Dispatcher::Dispatcher(sql::Database& database, Floor& floor, Offers& offers, Work& work,
                       WrapUps& wrap_ups, CurrentPolicy& policy, OpeningHours& hours,
                       Connections& connections, const Clock& clock, Meters& meters)
    : database_(database),
      floor_(floor),
      offers_(offers),
      work_(work),
      wrap_ups_(wrap_ups),
      policy_(policy),
      hours_(hours),
      connections_(connections),
      clock_(clock),
      meters_(meters),
      holder_(NewUuid()) {}

Dispatcher::~Dispatcher() { Stop(); }

Status Dispatcher::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Dispatcher::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  floor_.wake().Notify();
  thread_.join();
  const Status given =
      database_.Transact([&](sql::Tx& tx) { return store::GiveUpLease(tx, holder_); });
  if (!given.ok()) log::Failed("the lease runs out by itself", given.error());
}

void Dispatcher::RunUntilStopped() {
  while (!stopping_) {
    if (const Status status = Step(); !status.ok()) {
      // Store down: no new offers. Whatever the engine thought is read again.
      log::Failed("routing waits", status.error());
      epoch_ = 0;
      renew_at_ = {};
      meters_.StandsBy();
    }
    floor_.wake().WaitFor(kIdle);
  }
}

Status Dispatcher::Step() {
  const Time now = clock_.Now();
  if (now >= renew_at_) RETURN_IF_ERROR(HoldLease(now));
  if (now >= policy_at_) {
    policy_at_ = now + kLoadChangesEvery;
    RETURN_IF_ERROR(policy_.Refresh());
  }
  if (epoch_ == 0) {
    floor_.Take();  // a standby has no engine to feed
    return Ok();
  }
  const auto started = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(Round(now));
  meters_.RoundEnded(std::chrono::steady_clock::now() - started);
  return epoch_ == 0 ? Ok() : Survey(now);
}

Status Dispatcher::Round(Time now) {
  const bool replicas = database_.engine() == sql::Engine::kPostgres;
  if (replicas && now >= load_at_) RETURN_IF_ERROR(LoadAll());
  if (replicas && now >= changes_at_) RETURN_IF_ERROR(LoadChanges());
  TakeChanges();
  if (now >= judge_at_) {
    judge_at_ = now + kJudgeEvery;
    RETURN_IF_ERROR(connections_.Step(epoch_));
    RETURN_IF_ERROR(wrap_ups_.EndOfLost(epoch_));
    TakeChanges();
  }
  if (now >= expire_at_) {
    expire_at_ = now + kExpireEvery;
    RETURN_IF_ERROR(offers_.Expire(epoch_));
    RETURN_IF_ERROR(wrap_ups_.EndDue(epoch_));
    TakeChanges();
  }
  engine_.Put(policy_.Now()->capacity);
  RETURN_IF_ERROR(OfferAll(now));
  RETURN_IF_ERROR(EndWaits());
  if (epoch_ != 0) meters_.Backlog(engine_.waiting(), engine_.lanes());
  return Ok();
}

Status Dispatcher::Survey(Time now) {
  if (now < survey_at_) return Ok();
  survey_at_ = now + kSurveyEvery;
  ASSIGN_OR_RETURN(const auto survey, database_.Read(store::TakeSurvey));
  meters_.Stands(survey);
  return Ok();
}

Status Dispatcher::HoldLease(Time now) {
  ASSIGN_OR_RETURN(const auto epoch, database_.Transact([&](sql::Tx& tx) {
    return store::HoldLease(tx, holder_, now, now + kLease);
  }));
  renew_at_ = now + (epoch ? kRenewEvery : kTryEvery);
  const int64_t before = epoch_.exchange(epoch.value_or(0));
  epoch ? meters_.Leads() : meters_.StandsBy();
  if (!epoch || before == *epoch) return Ok();
  survey_at_ = {};
  log::Info("leads", {{"epoch", *epoch}});
  return LoadAll();
}

// The store is the truth: agents, queues and all live work. Pending offers stand as they are.
Status Dispatcher::LoadAll() {
  load_at_ = clock_.Now() + kLoadAllEvery;
  changes_at_ = clock_.Now() + kLoadChangesEvery;
  return database_.Read([&](sql::Tx& tx) {
    engine_.Clear();  // and tells anew what is due
    due_.clear();
    return PutAll(tx, hours_, engine_);
  });
}

Status Dispatcher::LoadChanges() {
  const Time since = changes_at_ - kLoadChangesEvery - kOverlap;
  changes_at_ = clock_.Now() + kLoadChangesEvery;
  ASSIGN_OR_RETURN(const bool all, database_.Read([&](sql::Tx& tx) {
    return PutChanged(tx, hours_, since, engine_);
  }));
  return all ? Ok() : LoadAll();
}

void Dispatcher::TakeChanges() {
  const Floor::Changes changes = floor_.Take();
  for (const Queue& queue : changes.queues) engine_.Put(queue);
  for (const Agent& agent : changes.agents) engine_.Put(agent);
  for (const WorkItem& item : changes.items) engine_.Put(item);
}

Status Dispatcher::OfferAll(Time now) {
  const auto started = std::chrono::steady_clock::now();
  const std::vector<Pair> pairs = engine_.Match(now, kPairsMax);
  meters_.Matched(std::chrono::steady_clock::now() - started);
  for (size_t from = 0; from < pairs.size(); from += kOffersAtOnce) {
    const size_t size = std::min(kOffersAtOnce, pairs.size() - from);
    const auto begin = pairs.begin() + static_cast<int64_t>(from);
    ASSIGN_OR_RETURN(const Offers::Made made,
                     offers_.Make({begin, begin + static_cast<int64_t>(size)}, epoch_));
    for (const Pair& pair : made.refused) RETURN_IF_ERROR(PutAgain(pair));
    for (const Offer& offer : made.offers) meters_.Offered(offer);
    if (const int64_t epoch = epoch_; clock_.Now() >= renew_at_) {
      RETURN_IF_ERROR(HoldLease(clock_.Now()));
      if (epoch_ != epoch) return Ok();  // what is left was read anew, or is another's
    }
  }
  if (pairs.size() == kPairsMax) floor_.wake().Notify();
  return Ok();
}

// Thousands may be due at once, when a queue closes: a part of them, each in its own transaction,
// so that the lease is kept and offers go on.
Status Dispatcher::EndWaits() {
  for (DueItem& one : engine_.TakeOverdue()) due_.push_back(std::move(one));
  for (size_t i = 0; i < kDueAtOnce && !due_.empty(); ++i) {
    // The engine tells each once: it stays here until the store has answered.
    const DueItem& one = due_.front();
    ASSIGN_OR_RETURN(const bool ended, work_.EndWait(one.item_id, epoch_));
    // The store knew better; it may be due again later.
    if (!ended) RETURN_IF_ERROR(PutItemAgain(one.item_id));
    due_.pop_front();
    if (clock_.Now() >= renew_at_) return Ok();  // the lease comes first
  }
  if (!due_.empty()) floor_.wake().Notify();
  return Ok();
}

Status Dispatcher::PutItemAgain(const std::string& id) {
  ASSIGN_OR_RETURN(const WorkItem item,
                   database_.Read([&](sql::Tx& tx) { return store::LoadItem(tx, id); }));
  engine_.Put(item);
  return Ok();
}

Status Dispatcher::PutAgain(const Pair& pair) {
  return database_.Read([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const WorkItem item, store::LoadItem(tx, pair.item_id));
    ASSIGN_OR_RETURN(const Agent agent, store::LoadAgent(tx, pair.agent_id));
    engine_.Put(item);
    engine_.Put(agent);
    return Ok();
  });
}

}  // namespace muara::routing
