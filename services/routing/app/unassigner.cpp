#include "services/routing/app/unassigner.h"

#include "libs/log/log.h"
#include "services/routing/app/passing.h"

namespace muara::routing {
namespace {

constexpr size_t kBatch = 100;

}  // namespace

Result<bool> Unassigner::Step() {
  ASSIGN_OR_RETURN(const auto works,
                   database_.Read([](sql::Tx& tx) { return store::ListReleasedWork(tx, kBatch); }));
  const auto tell = [&](const store::LostWork& work) -> Status {
    // Its agent may have come back since the list was read.
    ASSIGN_OR_RETURN(const bool stands,
                     database_.Read([&](sql::Tx& tx) { return store::IsReleased(tx, work); }));
    return stands ? tell_(work) : Ok();
  };
  const auto settle = [&](const store::LostWork& work, const Status& told) -> Status {
    // Resolved, or given to somebody else meanwhile: its fact is on the way.
    if (!told.ok()) log::Info("work stays", {{"reason", told.error().reason}});
    return database_.Transact([&](sql::Tx& tx) { return store::DeleteLostWork(tx, work); });
  };
  RETURN_IF_ERROR(TellEach(works, tell, settle));
  return works.size() == kBatch;
}

}  // namespace muara::routing
