#include "services/ticket/events/erasing.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica was asked for, and left.
constexpr auto kIdle = std::chrono::milliseconds(2000);
// After a step it leaves the store to others for as long as that took.
constexpr auto kPauseMax = std::chrono::milliseconds(1000);
constexpr auto kTrouble = std::chrono::milliseconds(5000);

}  // namespace

void Erasing::Turn() {
  const Time began = SystemClock().Now();
  const auto worked = erasures_.Step();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().Now() - began);
  if (!worked.ok()) {
    log::Failed("an erasure waits", worked.error());
    erasures_.wake().WaitFor(kTrouble);
  } else if (!*worked) {
    erasures_.wake().WaitFor(kIdle);
  } else {
    erasures_.wake().WaitFor(std::min(took, kPauseMax));
  }
}

}  // namespace muara::ticket::events
