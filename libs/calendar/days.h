// Days and wall times as people write them: 2026-03-01, 09:30.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace muara {

std::string Wall(int minute_of_day);
// 00:00 to 24:59; whoever asks says which of them may be. None: it is no HH:MM.
std::optional<int> MinuteOf(const std::string& wall);
std::string DateText(std::chrono::sys_days date);
// 1970 to 2100.
std::optional<std::chrono::sys_days> DateOf(const std::string& text);

}  // namespace muara
