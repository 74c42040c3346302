#include "services/routing/app/flagger.h"

#include "libs/log/log.h"
#include "services/routing/app/passing.h"

namespace muara::routing {
namespace {

constexpr int kBatch = 100;

}  // namespace

Result<bool> Flagger::Step() {
  ASSIGN_OR_RETURN(const auto commands,
                   database_.Read([](sql::Tx& tx) { return store::ListFlags(tx, kBatch); }));
  const auto settle = [&](const store::FlagCommand& command, const Status& told) -> Status {
    if (!told.ok()) log::Info("no supervisor is told", {{"reason", told.error().reason}});
    return database_.Transact(
        [&](sql::Tx& tx) { return store::DeleteFlag(tx, command.request_id); });
  };
  RETURN_IF_ERROR(TellEach(commands, tell_, settle));
  return commands.size() == kBatch;
}

}  // namespace muara::routing
