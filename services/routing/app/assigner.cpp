#include "services/routing/app/assigner.h"

#include "libs/log/log.h"
#include "libs/log/trace.h"
#include "services/routing/app/passing.h"

namespace muara::routing {
namespace {

constexpr int kBatch = 100;
constexpr auto kIdle = std::chrono::milliseconds(500);
constexpr auto kAway = std::chrono::milliseconds(300);

}  // namespace

Status Assigner::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Assigner::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
}

void Assigner::RunUntilStopped() {
  while (!stopping_) {
    const auto told = Step();
    if (!told.ok()) {
      log::Failed("assignments wait to be told", told.error());
      wake_.WaitFor(kAway);
    } else if (*told == 0) {
      wake_.WaitFor(kIdle);
    }
  }
}

Result<int> Assigner::Step() {
  ASSIGN_OR_RETURN(const auto commands,
                   database_.Read([](sql::Tx& tx) { return store::ListCommands(tx, kBatch); }));
  std::optional<Error> waits;
  for (const store::AssignCommand& command : commands) {
    const trace::Scope scope(trace::FromTraceparent(command.traceparent));
    const Status told = tell_(command);
    if (!told.ok() && IsPassing(told.error())) {
      // Away for one is away for all; any other trouble may be that of this one command.
      if (told.error().code == Code::kUnavailable) return told.error();
      waits = told.error();
      continue;
    }
    RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> Status {
      RETURN_IF_ERROR(store::DeleteCommand(tx, command.offer_id));
      return told.ok() ? Ok() : work_.RefusedIn(tx, command.ticket_id, command.offer_id);
    }));
  }
  if (waits) return *waits;
  return static_cast<int>(commands.size());
}

}  // namespace muara::routing
