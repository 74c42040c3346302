#include "libs/bus/owner_log.h"

#include <algorithm>

namespace muara::bus {
namespace {

constexpr int kLimitDefault = 500;
constexpr int kLimitMax = 1000;
constexpr size_t kConsumerBytesMax = 100;

}  // namespace

Result<OwnerLog::Page> LocalLog::Read(int part, int64_t from, int limit) const {
  if (part < 0 || part >= kParts) {
    return InvalidFields({{"part", "is not 0 to " + std::to_string(kParts - 1)}});
  }
  if (from < 1) return InvalidFields({{"from", "positions begin at 1"}});
  if (limit < 0) return InvalidFields({{"limit", "is negative"}});
  ASSIGN_OR_RETURN(const auto heads, log_.Heads());
  ASSIGN_OR_RETURN(auto entries,
                   log_.Read(part, from, limit == 0 ? kLimitDefault : std::min(limit, kLimitMax)));
  return Page{log_.epoch(), std::move(entries), heads[part]};
}

Result<OwnerLog::Heads> LocalLog::Head() const {
  ASSIGN_OR_RETURN(auto positions, log_.Heads());
  return Heads{log_.epoch(), std::move(positions)};
}

Status LocalLog::ReportCheckpoints(const std::string& consumer, const std::string& epoch,
                                   const std::vector<int64_t>& positions) const {
  if (consumer.empty() || consumer.size() > kConsumerBytesMax) {
    return InvalidFields({{"consumer", "is 1 to 100 bytes"}});
  }
  if (epoch != log_.epoch() || positions.size() != kParts) {
    return MakeError(Code::kFailedPrecondition, "OTHER_EPOCH",
                     "these are positions of another log");
  }
  return database_.Transact([&](sql::Tx& tx) -> Status {
    for (int part = 0; part < kParts; ++part) {
      RETURN_IF_ERROR(
          tx.Post("INSERT INTO log_reader (consumer, part, pos, seen_us) VALUES ($1, $2, $3, $4) "
                  "ON CONFLICT (consumer, part) DO UPDATE SET pos = $3, seen_us = $4",
                  consumer, part, positions[part], ToMicros(SystemClock().Now())));
    }
    return Ok();
  });
}

}  // namespace muara::bus
