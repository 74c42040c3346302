// Keeps the full-text index true to the tickets: a change marks its ticket in the same transaction,
// and the index follows a moment later, so that no customer waits for it and nothing is missed.
// Thread-safe.
#pragma once

#include "libs/base/time.h"
#include "libs/bus/wake.h"
#include "libs/sql/database.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/store/search/search_index.h"

namespace muara::ticket {

class SearchIndex : public Follower {
 public:
  SearchIndex(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  muara::Status Follow(sql::Tx& tx, const Entry& entry, Time now) override;
  // After a contact's name or points have changed.
  muara::Status FollowContact(sql::Tx& tx, const ContactId& contact, Time now);

  // Brings up to date what is behind and due; answers how many tickets it looked at.
  Result<int> Refresh();
  // Rung when there is something to refresh.
  bus::Wake& wake() { return wake_; }

 private:
  Result<std::vector<store::Segment>> Read(sql::Tx& tx, const TicketId& id) const;

  sql::Database& database_;
  const Clock& clock_;
  bus::Wake wake_;
};

}  // namespace muara::ticket
