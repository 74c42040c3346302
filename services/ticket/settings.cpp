#include "services/ticket/settings.h"

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoQueue = "names a queue that is not 1 to 64 of a-z 0-9 and '-'";

}  // namespace

TicketSettings ReadSettings(service::Settings& settings) {
  TicketSettings read;
  read.lifecycle.reopen_window =
      std::chrono::minutes(settings.Number("MUARA_REOPEN_WINDOW_MINUTES", 96 * 60, 1, 525600));
  read.lifecycle.close_after =
      std::chrono::minutes(settings.Number("MUARA_CLOSE_AFTER_MINUTES", 96 * 60, 1, 525600));
  for (const auto& [endpoint, queue] : settings.Pairs("MUARA_ENDPOINT_QUEUES", "")) {
    read.intake.queues[endpoint] = queue;
    if (!IsSlug(queue)) settings.Refuse("MUARA_ENDPOINT_QUEUES", kNoQueue);
  }
  read.intake.default_queue = settings.Text("MUARA_DEFAULT_QUEUE", "general");
  if (!IsSlug(read.intake.default_queue)) settings.Refuse("MUARA_DEFAULT_QUEUE", kNoQueue);
  return read;
}

}  // namespace muara::ticket
