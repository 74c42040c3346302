#include "services/ticket/settings.h"

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoQueue = "names a queue that is not 1 to 64 of a-z 0-9 and '-'";
constexpr int64_t kMinutesDefault = 96 * 60;
constexpr int64_t kMinutesMax = 525'600;

}  // namespace

TicketSettings ReadSettings(service::Settings& settings) {
  const auto minutes = [&](const char* name) {
    return std::chrono::minutes(settings.Number(name, kMinutesDefault, 1, kMinutesMax));
  };
  TicketSettings read;
  read.lifecycle.reopen_window = minutes("MUARA_REOPEN_WINDOW_MINUTES");
  read.lifecycle.close_after = minutes("MUARA_CLOSE_AFTER_MINUTES");
  for (const auto& [endpoint, queue] : settings.Pairs("MUARA_ENDPOINT_QUEUES", "")) {
    read.intake.queues[endpoint] = queue;
    if (!IsSlug(queue)) settings.Refuse("MUARA_ENDPOINT_QUEUES", kNoQueue);
  }
  read.intake.default_queue = settings.Text("MUARA_DEFAULT_QUEUE", "general");
  if (!IsSlug(read.intake.default_queue)) settings.Refuse("MUARA_DEFAULT_QUEUE", kNoQueue);
  read.blob_folder = settings.Required("MUARA_BLOB_FOLDER");
  return read;
}

}  // namespace muara::ticket
