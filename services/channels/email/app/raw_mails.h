// Mails as they came, of people who were erased: what is to go is written down beside the
// checkpoint of the fact that says so, and removed a moment later, however often it takes.
// Thread-safe.
#pragma once

#include <string>

#include "libs/blob/blobs.h"
#include "libs/sql/database.h"

namespace muara::email {

class RawMails {
 public:
  // Both outlive it.
  RawMails(sql::Database& database, blob::Blobs& blobs) : database_(database), blobs_(blobs) {}

  // In the consumer's transaction. What another connector keeps is not here, and harmless.
  Status EraseIn(sql::Tx& tx, const std::string& reference);
  // Removes what waits, at most 100 at once; answers whether there may be more.
  Result<bool> Remove();

 private:
  sql::Database& database_;
  blob::Blobs& blobs_;
};

}  // namespace muara::email
