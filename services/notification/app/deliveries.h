// What can be done with deliveries, whoever asks. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/bus/wake.h"
#include "libs/sql/database.h"
#include "services/notification/domain/delivery.h"

namespace muara::notification {

class Deliveries {
 public:
  Deliveries(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // In the consumer's transaction. `delivery` has its id, its request and where it goes.
  Status QueueIn(sql::Tx& tx, Delivery delivery);
  // True: this address may get an automatic message today, and now has.
  Result<bool> ClaimAutomaticIn(sql::Tx& tx, const std::string& address);

  // Content, addresses and tokens of all deliveries of a ticket go, from the facts told of them
  // too; what is not ended yet fails with CONTACT_ERASED.
  Status EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id);

  // The ids of a channel that may be begun now, at most this many.
  Result<std::vector<std::string>> ListDue(Channel channel, int limit);
  // Committed before anything is sent. Nothing, where another worker was first.
  Result<std::optional<Delivery>> Begin(const std::string& id);
  // What became of the try that was begun; tells it where it is an end. Passed over where the try
  // was taken up as abandoned meanwhile.
  Status Finish(const Delivery& begun, const std::function<void(Delivery&, Time)>& outcome);
  // Tries whose worker is gone are queued again: the connector knows whether they were sent.
  Result<int> TakeUpAbandoned();

  Result<Delivery> Get(const std::string& id);
  Result<std::vector<Delivery>> List(const std::string& ticket_id, int state, int limit,
                                     const std::string& before);
  // Queued again, and told.
  Result<Delivery> Retry(const std::string& id, const OperationKey& key);

  bus::Wake& wake() { return wake_; }

 private:
  Status EraseIn(sql::Tx& tx, Delivery delivery, Time now);
  Status Save(sql::Tx& tx, Delivery& delivery, Time now);

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  bus::Wake wake_;
};

}  // namespace muara::notification
