// The policies and calendars in memory, read again when their version in the store is another one.
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>

#include "libs/sql/database.h"
#include "services/ticket/store/sla/book.h"

namespace muara::ticket {

class SlaShelf {
 public:
  // As this transaction sees it; not for one that changes them.
  Result<std::shared_ptr<const SlaBook>> Current(sql::Tx& tx) {
    ASSIGN_OR_RETURN(const int64_t version, store::BookVersion(tx));
    {
      const std::lock_guard lock(mutex_);
      if (book_ != nullptr && book_->version() == version) return book_;
    }
    ASSIGN_OR_RETURN(SlaBook loaded, store::LoadBook(tx));
    auto book = std::make_shared<const SlaBook>(std::move(loaded));
    const std::lock_guard lock(mutex_);
    book_ = book;
    return book;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const SlaBook> book_;
};

}  // namespace muara::ticket
