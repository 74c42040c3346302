#include "services/channels/email/mime/gmime_handle.h"

#include <mutex>

namespace muara::email {
namespace {

// The library's complaints quote what it read; that belongs into no log.
void Silence(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

}  // namespace

void StartGMime() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_mime_init();
    g_log_set_handler("gmime", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK), Silence, nullptr);
    g_log_set_handler("GLib-GObject", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK), Silence,
                      nullptr);
  });
}

}  // namespace muara::email
