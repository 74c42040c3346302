#include "libs/calendar/zone.h"

// The one file that knows Abseil: its string_view is not the standard's, and its headers are many.
#include <absl/time/time.h>

#include <algorithm>

namespace muara {
namespace {

constexpr size_t kZoneBytesMax = 64;
constexpr int64_t kFirstSecond = 0;
constexpr int64_t kLastSecond = 4102444800;  // 2100-01-01

// Names are paths below the database's folder: nothing else may be opened by one.
bool IsZoneName(const std::string& name) {
  if (name.empty() || name.size() > kZoneBytesMax || name == "localtime") return false;
  if (!std::isalpha(static_cast<unsigned char>(name[0]))) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
}

Zone::Stretch StretchAt(const absl::TimeZone& zone, absl::Time time) {
  return {FromMicros(absl::ToUnixMicros(time)), std::chrono::seconds(zone.At(time).offset)};
}

}  // namespace

std::optional<Zone> Zone::Find(const std::string& name) {
  absl::TimeZone zone;
  if (!IsZoneName(name) || !absl::LoadTimeZone(name, &zone)) return std::nullopt;
  absl::Time time = absl::FromUnixSeconds(kFirstSecond);
  std::vector<Stretch> stretches{StretchAt(zone, time)};
  for (absl::TimeZone::CivilTransition change;
       zone.NextTransition(time, &change) && time < absl::FromUnixSeconds(kLastSecond);) {
    time = zone.At(change.to).trans;
    stretches.push_back(StretchAt(zone, time));
  }
  return Zone(std::move(stretches));
}

size_t Zone::At(Time time) const {
  const auto after =
      std::upper_bound(stretches_->begin() + 1, stretches_->end(), time,
                       [](Time one, const Stretch& stretch) { return one < stretch.since; });
  return static_cast<size_t>(after - stretches_->begin()) - 1;
}

Time Zone::EndOf(size_t stretch) const {
  return stretch + 1 < stretches_->size() ? (*stretches_)[stretch + 1].since : Time::max();
}

}  // namespace muara
