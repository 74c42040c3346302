#include "services/notification/settings.h"

#include <charconv>

namespace muara::notification {
namespace {

constexpr const char* kAllow = "MUARA_WEBHOOK_ALLOW";
constexpr const char* kWaits = "MUARA_WEBHOOK_WAITS_S";
constexpr int64_t kWaitMax_s = 7 * 24 * 3600;
constexpr Duration kLookupMax = std::chrono::seconds(30);

// "5,300,1800"
Waits ReadWaits(service::Settings& settings) {
  const std::string text = settings.Text(kWaits, "");
  if (text.empty()) return StandardWaits();
  Waits waits;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    int64_t seconds = 0;
    const auto [next, error] = std::from_chars(at, end, seconds);
    const bool is_good = error == std::errc() && seconds >= 1 && seconds <= kWaitMax_s;
    if (!is_good || waits.size() == kWaitsMax || (next != end && *next != ',')) break;
    waits.push_back(std::chrono::seconds(seconds));
    if (next == end) return waits;
    at = next + 1;
  }
  settings.Refuse(kWaits, "is not a list of 1 to 20 numbers of seconds, each at most 604800");
  return StandardWaits();
}

}  // namespace

WebhookSettings ReadWebhookSettings(service::Settings& settings) {
  WebhookSettings read;
  read.timing.waits = ReadWaits(settings);
  if (const auto list = web::Allowances::Parse(settings.Text(kAllow, "")); list.ok()) {
    read.client.allowances = *list;
  } else {
    settings.Refuse(kAllow, list.error().message);
  }
  read.client.ca_file = settings.Text("MUARA_WEBHOOK_CA_FILE", "");
  read.client.total_ms_max =
      static_cast<int>(settings.Number("MUARA_WEBHOOK_TIMEOUT_MS", 10000, 100, 30000));
  read.timing.abandoned_after = std::chrono::milliseconds(read.client.total_ms_max) + kLookupMax;
  return read;
}

}  // namespace muara::notification
