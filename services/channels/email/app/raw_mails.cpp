#include "services/channels/email/app/raw_mails.h"

#include "services/channels/email/store/erased_mails.h"

namespace muara::email {
namespace {

constexpr int kRemovedAtOnce = 100;

}  // namespace

Status RawMails::EraseIn(sql::Tx& tx, const std::string& reference) {
  // References of other connectors may be anything.
  return blob::HexOf(reference).empty() ? Ok() : store::InsertErasedMail(tx, reference);
}

Result<bool> RawMails::Remove() {
  ASSIGN_OR_RETURN(const auto references, database_.Read([](sql::Tx& tx) {
    return store::ListErasedMails(tx, kRemovedAtOnce);
  }));
  for (const std::string& reference : references) {
    // The file first: a crash in between leaves it on the list.
    RETURN_IF_ERROR(blobs_.RemoveOlder(reference, Duration(0)));
    RETURN_IF_ERROR(
        database_.Transact([&](sql::Tx& tx) { return store::DeleteErasedMail(tx, reference); }));
  }
  return references.size() == static_cast<size_t>(kRemovedAtOnce);
}

}  // namespace muara::email
