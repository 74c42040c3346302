#include "services/notification/app/deliveries.h"

#include "libs/bus/claim.h"
#include "libs/log/trace.h"
#include "services/notification/store/deliveries.h"
#include "services/notification/wire/events.h"
#include "services/notification/wire/words.h"

namespace muara::notification {
namespace {

constexpr Duration kAutomaticEvery = std::chrono::hours(24);
// Longer than the deadline of a try.
constexpr Duration kAbandonedAfter = std::chrono::seconds(45);
constexpr int kTakeUpMax = 200;
constexpr int kEraseMax = 200;  // read at once

}  // namespace

Status Deliveries::QueueIn(sql::Tx& tx, Delivery delivery) {
  const Time now = clock_.Now();
  delivery.create_time = now;
  delivery.update_time = now;
  delivery.next_attempt_time = now;
  delivery.traceparent = trace::CurrentTraceparent();
  RETURN_IF_ERROR(store::Insert(tx, std::move(delivery)));
  tx.OnCommit([this] { wake_.Notify(); });
  return Ok();
}

Result<bool> Deliveries::ClaimAutomaticIn(sql::Tx& tx, const std::string& address) {
  const Time now = clock_.Now();
  return store::ClaimAutomatic(tx, address, now, now - kAutomaticEvery);
}

Status Deliveries::EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id) {
  const Time now = clock_.Now();
  std::string before;
  for (size_t read = kEraseMax; read == kEraseMax;) {
    ASSIGN_OR_RETURN(const auto found, store::List(tx, ticket_id, 0, kEraseMax, before));
    read = found.size();
    for (const Delivery& one : found) {
      RETURN_IF_ERROR(EraseIn(tx, one, now));
      before = one.id;
    }
  }
  return Ok();
}

Status Deliveries::EraseIn(sql::Tx& tx, Delivery delivery, Time now) {
  // In the order in which a delivery is begun.
  RETURN_IF_ERROR(store::LockConversation(tx, delivery.conversation));
  ASSIGN_OR_RETURN(delivery, store::LoadForChange(tx, delivery.id));
  for (const std::string& address : wire::AddressesOf(delivery.request)) {
    RETURN_IF_ERROR(store::ForgetAutomatic(tx, address));
  }
  const bool ended = delivery.Erase(now);
  delivery.request = wire::RequestWithoutWords(delivery.request);
  RETURN_IF_ERROR(store::SaveErased(tx, delivery));
  if (ended) RETURN_IF_ERROR(Save(tx, delivery, now));
  return log_.RewriteAllOfKey(tx, delivery.id, wire::WithoutWords);
}

Result<std::vector<std::string>> Deliveries::ListDue(Channel channel, int limit) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListDue(tx, channel, clock_.Now(), limit); });
}

Result<std::optional<Delivery>> Deliveries::Begin(const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<std::optional<Delivery>> {
    // Whoever begins in a conversation does so alone: two must not both find it free.
    ASSIGN_OR_RETURN(const Delivery found, store::Load(tx, id));
    RETURN_IF_ERROR(store::LockConversation(tx, found.conversation));
    ASSIGN_OR_RETURN(Delivery delivery, store::LoadForChange(tx, id));
    ASSIGN_OR_RETURN(const bool waits, store::MustWait(tx, delivery));
    if (waits || !delivery.Begin(now).ok()) return std::optional<Delivery>();
    RETURN_IF_ERROR(store::Save(tx, delivery));
    return std::optional<Delivery>(delivery);
  });
}

// And tells it, where it is an end.
Status Deliveries::Save(sql::Tx& tx, Delivery& delivery, Time now) {
  RETURN_IF_ERROR(store::Save(tx, delivery));
  tx.OnCommit([this] { wake_.Notify(); });  // the next of the conversation may go
  if (delivery.state == DeliveryState::kQueued) return Ok();
  return log_.Append(tx, wire::DeliveryUpdated(delivery), now);
}

Status Deliveries::Finish(const Delivery& begun,
                          const std::function<void(Delivery&, Time)>& outcome) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(Delivery delivery, store::LoadForChange(tx, begun.id));
    // Taken up as abandoned meanwhile: whoever tries it now will finish it.
    if (delivery.state != DeliveryState::kAttempting || delivery.attempts != begun.attempts) {
      return Ok();
    }
    outcome(delivery, now);
    return Save(tx, delivery, now);
  });
}

Result<int> Deliveries::TakeUpAbandoned() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto ids, store::ListAbandoned(tx, now - kAbandonedAfter, kTakeUpMax));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(Delivery delivery, store::LoadForChange(tx, id));
      if (delivery.state != DeliveryState::kAttempting) continue;
      // Due at once.
      delivery.TryAgain("WORKER_GONE", Duration(0), 0, now - Backoff(delivery.attempts, 0));
      RETURN_IF_ERROR(Save(tx, delivery, now));
    }
    return static_cast<int>(ids.size());
  });
}

Result<Delivery> Deliveries::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::Load(tx, id); });
}

Result<std::vector<Delivery>> Deliveries::List(const std::string& ticket_id, int state, int limit,
                                               const std::string& before) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::List(tx, ticket_id, state, limit, before); });
}

Result<Delivery> Deliveries::Retry(const std::string& id, const OperationKey& key) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Delivery> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(Delivery delivery, store::LoadForChange(tx, id));
    if (!first) return delivery;
    RETURN_IF_ERROR(delivery.Retry(now));
    RETURN_IF_ERROR(store::Save(tx, delivery));
    RETURN_IF_ERROR(log_.Append(tx, wire::DeliveryUpdated(delivery), now));
    tx.OnCommit([this] { wake_.Notify(); });
    return delivery;
  });
}

}  // namespace muara::notification
