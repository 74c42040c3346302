#include "services/ticket/events/closing.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

constexpr auto kEvery = std::chrono::seconds(10);

}  // namespace

muara::Status Closing::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Closing::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
}

void Closing::RunUntilStopped() {
  while (!stopping_) {
    const auto closed = tickets_.CloseOld();
    if (!closed.ok()) log::Failed("old tickets wait to be closed", closed.error());
    if (!closed.ok() || *closed == 0) wake_.WaitFor(kEvery);
  }
}

}  // namespace muara::ticket::events
