#include "libs/calendar/days.h"

#include <charconv>
#include <cstdio>

namespace muara {
namespace {

// Digits alone at this place, or none.
std::optional<int> Digits(const std::string& text, size_t from, size_t size) {
  int value = 0;
  const char* begin = text.data() + from;
  const auto [end, error] = std::from_chars(begin, begin + size, value);
  if (error != std::errc() || end != begin + size || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string Wall(int minutes) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
  return text;
}

std::optional<int> MinuteOf(const std::string& wall) {
  if (wall.size() != 5 || wall[2] != ':') return std::nullopt;
  const auto hour = Digits(wall, 0, 2), minute = Digits(wall, 3, 2);
  if (!hour || !minute || *minute > 59 || *hour > 24) return std::nullopt;
  return *hour * 60 + *minute;
}

std::string DateText(std::chrono::sys_days date) {
  const std::chrono::year_month_day day(date);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

std::optional<std::chrono::sys_days> DateOf(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (!year || !month || !day || *year < 1970 || *year > 2100) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace muara
