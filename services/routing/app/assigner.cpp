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
  const auto tell = [&](const store::AssignCommand& command) {
    const trace::Scope scope(trace::FromTraceparent(command.traceparent));
    return tell_(command);
  };
  const auto settle = [&](const store::AssignCommand& command, const Status& told) {
    const trace::Scope scope(trace::FromTraceparent(command.traceparent));
    return database_.Transact([&](sql::Tx& tx) -> Status {
      RETURN_IF_ERROR(store::DeleteCommand(tx, command.offer_id));
      return told.ok() ? Ok() : work_.RefusedIn(tx, command.ticket_id, command.offer_id);
    });
  };
  RETURN_IF_ERROR(TellEach(commands, tell, settle));
  return static_cast<int>(commands.size());
}

}  // namespace muara::routing
