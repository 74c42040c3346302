#include "libs/bus/kept_facts.h"

#include "libs/bus/envelope.h"

namespace muara::bus {
namespace {

constexpr int kAtOnce = 100;

const char* const kTables[] = {"dead_letter", "parked"};

// What the owner has at the place; none: its log holds that no more.
Result<std::string> BytesOf(const OwnerLog& owner, const std::string& epoch, int part,
                            int64_t position) {
  const auto read = owner.Read(part, position, 1);
  if (!read.ok() && read.error().reason == "LOG_TRIMMED") return std::string();
  if (!read.ok()) return read.error();
  if (read->epoch != epoch) {
    return MakeError(Code::kUnavailable, "OTHER_EPOCH", "the owner's log was begun anew");
  }
  if (read->entries.empty() || read->entries[0].position != position) return std::string();
  return read->entries[0].envelope;
}

// A place of an earlier epoch holds something else by now: that is not what was kept.
bool IsTheSame(const std::string& kept, const std::string& bytes) {
  if (kept == bytes) return true;
  const auto was = ParseEnvelope(kept), is = ParseEnvelope(bytes);
  return was && is && was->id == is->id;
}

}  // namespace

Result<std::vector<KeptFacts::Place>> KeptFacts::NextPlaces() const {
  const std::string left =
      " WHERE topic = $1 AND (part > $2 OR (part = $2 AND pos > $3)) AND LENGTH(envelope) > 0";
  ASSIGN_OR_RETURN(const sql::Rows rows, database_.Read([&](sql::Tx& tx) {
    return tx.Query("SELECT part, pos FROM dead_letter" + left +
                        " UNION ALL SELECT part, pos FROM parked" + left +
                        " ORDER BY 1, 2 LIMIT $4",
                    checkpoint_, after_.first, after_.second, kAtOnce);
  }));
  std::vector<Place> places;
  for (const sql::Row& row : rows) places.emplace_back(static_cast<int>(row.Int(0)), row.Int(1));
  return places;
}

Status KeptFacts::Refresh(const OwnerLog& owner, const std::string& epoch,
                          const Place& place) const {
  ASSIGN_OR_RETURN(const std::string bytes, BytesOf(owner, epoch, place.first, place.second));
  return database_.Transact([&](sql::Tx& tx) -> Status {
    for (const std::string table : kTables) {
      const std::string where = " WHERE topic = $1 AND part = $2 AND pos = $3";
      ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT envelope FROM " + table + where,
                                                      checkpoint_, place.first, place.second));
      if (rows.empty() || rows[0].Bytes(0) == bytes) continue;
      RETURN_IF_ERROR(tx.Post("UPDATE " + table + " SET envelope = $4" + where, checkpoint_,
                              place.first, place.second,
                              sql::Blob{IsTheSame(rows[0].Bytes(0), bytes) ? bytes : ""}));
    }
    return Ok();
  });
}

Result<bool> KeptFacts::RefreshSome(const OwnerLog& owner, const std::string& epoch) {
  ASSIGN_OR_RETURN(const std::vector<Place> places, NextPlaces());
  for (const Place& place : places) {
    RETURN_IF_ERROR(Refresh(owner, epoch, place));
    after_ = place;
  }
  if (places.size() == kAtOnce) return true;
  after_ = {-1, 0};
  return false;
}

}  // namespace muara::bus
