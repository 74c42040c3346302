#include "services/ticket/app/history/read_audit.h"

#include "libs/base/id.h"

namespace muara::ticket {
namespace {

constexpr Duration kOnceIn = std::chrono::minutes(5);
constexpr size_t kKeptMax = 100'000;
constexpr Duration kKeptFor = std::chrono::hours(24 * 400);
constexpr int kDropMax = 10;  // with each that is added

}  // namespace

bool ReadAudit::IsKept(const std::string& what, Time now) {
  const std::lock_guard lock(mutex_);
  const auto kept = kept_.find(what);
  return kept != kept_.end() && now - kept->second < kOnceIn;
}

void ReadAudit::Remember(const std::string& what, Time now) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kKeptMax) {
    std::erase_if(kept_, [&](const auto& one) { return now - one.second >= kOnceIn; });
    // Still full: they are kept once more rather than remembered without end.
    if (kept_.size() >= kKeptMax) kept_.clear();
  }
  kept_[what] = now;
}

muara::Status ReadAudit::Note(store::ReadRecord record) {
  const Time now = clock_.Now();
  const std::string what = record.reader + "\n" + record.method + "\n" + record.resource;
  if (IsKept(what, now)) return Ok();
  record.id = NewUuid();
  record.time = now;
  RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> muara::Status {
    RETURN_IF_ERROR(store::InsertRead(tx, record));
    return store::DropReads(tx, now - kKeptFor, kDropMax);
  }));
  Remember(what, now);
  return Ok();
}

Result<std::vector<store::ReadRecord>> ReadAudit::List(const std::string& reader,
                                                       const std::string& resource, int limit,
                                                       const std::vector<std::string>& after) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListReads(tx, reader, resource, limit, after); });
}

}  // namespace muara::ticket
