#include "services/routing/app/unassigner.h"

#include <optional>

#include "libs/log/log.h"
#include "services/routing/app/passing.h"

namespace muara::routing {
namespace {

constexpr size_t kBatch = 100;

}  // namespace

Result<bool> Unassigner::Step() {
  ASSIGN_OR_RETURN(const auto works,
                   database_.Read([](sql::Tx& tx) { return store::ListReleasedWork(tx, kBatch); }));
  std::optional<Error> waits;
  for (const store::LostWork& work : works) {
    // Its agent may have come back since the list was read.
    ASSIGN_OR_RETURN(const bool stands,
                     database_.Read([&](sql::Tx& tx) { return store::IsReleased(tx, work); }));
    if (!stands) continue;
    const Status told = tell_(work);
    if (!told.ok() && IsPassing(told.error())) {
      // Away for one is away for all; any other trouble may be that of this one.
      if (told.error().code == Code::kUnavailable) return told.error();
      waits = told.error();
      continue;
    }
    // Resolved, or given to somebody else meanwhile: its fact is on the way.
    if (!told.ok()) log::Info("work stays", {{"reason", told.error().reason}});
    RETURN_IF_ERROR(
        database_.Transact([&](sql::Tx& tx) { return store::DeleteLostWork(tx, work); }));
  }
  if (waits) return *waits;
  return works.size() == kBatch;
}

}  // namespace muara::routing
