// What can be asked and done about contacts. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/aside.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/search/search_index.h"

namespace muara::ticket {

// One asked-for change: of which contact, once, based on which version, by whom.
struct ContactChange {
  ContactId id;
  OperationKey key;
  int expected_version = 0;  // 0: any
  std::string actor;         // "agents/<id>"
  std::string why = "";      // in their words, kept in the fact
};

class Contacts {
 public:
  Contacts(sql::Database& database, const Journal& journal, SearchIndex& index, const Clock& clock)
      : database_(database), journal_(journal), index_(index), clock_(clock) {}

  Result<Contact> Get(const ContactId& id);
  // `point` empty: all.
  Result<std::vector<Contact>> List(const std::string& point, int limit, const std::string& after);
  // With another account its tickets that are not CLOSED follow, and with other tags their clocks
  // are settled again, some at a time; where that was stopped, GoOnFollowing goes on.
  // ACCOUNT_NOT_FOUND, TOO_MANY_TAGS, CONTACT_MERGED, CONTACT_ERASED.
  Result<Contact> Set(const ContactChange& change, const ContactUpdate& update);
  // Tickets of the contact follow it, some at a time, as far as that was asked for and is not done.
  muara::Status FollowTickets(const ContactId& id);
  // Some of every contact's, wherever it was stopped; true: there are more. A contact whose tickets
  // fail is tried again later and later, and holds up none of the others.
  Result<bool> GoOnFollowing();

 private:
  // False: all of them have it.
  Result<bool> FollowSomeIn(sql::Tx& tx, const ContactId& id, Time now);

  sql::Database& database_;
  const Journal& journal_;
  SearchIndex& index_;
  const Clock& clock_;
  Aside unfollowed_{"a contact whose tickets cannot take its account steps aside"};
  Aside unsettled_{"a contact whose tickets cannot be settled steps aside"};
};

// Sets the fields of a contact that is locked, in the caller's transaction, and saves it; answers
// which have changed. Its tickets do not follow by this; with other tags that is asked for.
Result<std::vector<std::string>> SetContactIn(sql::Tx& tx, Contact& contact,
                                              const ContactUpdate& update, SearchIndex& index,
                                              Time now);

}  // namespace muara::ticket
