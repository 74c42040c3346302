#include "services/routing/app/flagger.h"

#include <optional>

#include "libs/log/log.h"
#include "services/routing/app/passing.h"

namespace muara::routing {
namespace {

constexpr int kBatch = 100;

}  // namespace

Result<bool> Flagger::Step() {
  ASSIGN_OR_RETURN(const auto commands,
                   database_.Read([](sql::Tx& tx) { return store::ListFlags(tx, kBatch); }));
  std::optional<Error> waits;
  for (const store::FlagCommand& command : commands) {
    const Status told = tell_(command);
    if (!told.ok() && IsPassing(told.error())) {
      // Away for one is away for all; any other trouble may be that of this one.
      if (told.error().code == Code::kUnavailable) return told.error();
      waits = told.error();
      continue;
    }
    if (!told.ok()) log::Info("no supervisor is told", {{"reason", told.error().reason}});
    RETURN_IF_ERROR(
        database_.Transact([&](sql::Tx& tx) { return store::DeleteFlag(tx, command.request_id); }));
  }
  if (waits) return *waits;
  return commands.size() == kBatch;
}

}  // namespace muara::routing
