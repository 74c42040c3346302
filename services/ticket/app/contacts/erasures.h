// Erasing a person: asked for once, recorded first, and done step by step over any restart. Every
// step is a transaction of its own: 200 tickets written down or settled again, 500 interactions of
// a ticket, 200 of its facts, 200 tickets to tell of, or 100 pages of the search index. That is
// swept for all erasures at once that wait for it, and for a twentieth of the time at most; the
// proof comes after it. Thread-safe.
#pragma once

#include "libs/bus/wake.h"
#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/store/contacts/erasures.h"

namespace muara::ticket {

class Erasures {
 public:
  Erasures(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // From now on nothing finds the contact. One that was asked for already is answered as it is.
  // CONTACT_MERGED names the one to erase.
  Result<Erasure> Begin(const ContactChange& change);
  // CONTACT_NOT_ERASED.
  Result<Erasure> Get(const ContactId& id);

  // One step of the oldest that is not done; false: there is nothing to do.
  Result<bool> Step();
  // Rung when something was asked for.
  bus::Wake& wake() { return wake_; }

 private:
  // `swept`: the one that is to be finished once this step is committed.
  Result<bool> StepIn(sql::Tx& tx, std::optional<Erasure>& swept, Time now);
  muara::Status Gather(sql::Tx& tx, const store::RunningErasure& running);
  muara::Status WorkOn(sql::Tx& tx, const Erasure& erasure, const store::ErasureItem& item,
                       Time now);
  // True: there are more.
  Result<bool> EmptyInteractions(sql::Tx& tx, const Erasure& erasure,
                                 const store::ErasureItem& item, const Ticket& ticket, Time now);
  muara::Status EmptyTicket(sql::Tx& tx, const Erasure& erasure, const store::ErasureItem& item,
                            Ticket ticket, Time now);
  muara::Status EmptyFacts(sql::Tx& tx, const Erasure& erasure, const store::ErasureItem& item);
  // True: there are more.
  Result<bool> TellSome(sql::Tx& tx, const Erasure& erasure, const std::string& told, Time now);
  muara::Status EndRecurring(sql::Tx& tx, const Erasure& erasure, const ContactId& id, Time now);
  Result<bool> BeginSweep(sql::Tx& tx, Time now);
  muara::Status GoOnSweeping(sql::Tx& tx, Time now);
  muara::Status Finish(Erasure erasure, Time now);

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  bus::Wake wake_;
};

}  // namespace muara::ticket
