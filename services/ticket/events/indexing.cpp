#include "services/ticket/events/indexing.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// Between two looks: a burst of changes of one ticket is read once, and what is due later is found.
constexpr auto kPause = std::chrono::milliseconds(20);
constexpr auto kIdle = std::chrono::milliseconds(500);
constexpr auto kTrouble = std::chrono::seconds(5);

}  // namespace

void Indexing::Turn() {
  const auto refreshed = index_.Refresh();
  if (!refreshed.ok()) {
    log::Failed("the search index is behind", refreshed.error());
    index_.wake().WaitFor(kTrouble);
  } else if (*refreshed == 0) {
    index_.wake().WaitFor(kIdle);
    pause_.WaitFor(kPause);
  }
}

}  // namespace muara::ticket::events
