#include "libs/calendar_wire/calendar.h"

#include "libs/calendar/days.h"

namespace muara::calendar_wire {

namespace v1 = ticket::v1;

namespace {

std::vector<Hours> HoursOf(const Repeated<v1::WorkingHours>& hours, const char* field,
                           std::vector<Violation>& problems) {
  std::vector<Hours> out;
  for (const v1::WorkingHours& one : hours) {
    const auto from = MinuteOf(one.from()), to = MinuteOf(one.to());
    if (!from || !to) {
      problems.push_back({field, "has an interval that is not from HH:MM to HH:MM"});
      return {};
    }
    out.push_back({*from, *to});
  }
  return out;
}

void Add(const std::vector<Hours>& hours, Repeated<v1::WorkingHours>* out) {
  for (const Hours& one : hours) {
    v1::WorkingHours* added = out->Add();
    added->set_from(Wall(one.from_minute));
    added->set_to(Wall(one.to_minute));
  }
}

}  // namespace

v1::BusinessCalendar ToProto(const Calendar& calendar) {
  v1::BusinessCalendar out;
  out.set_id(calendar.id);
  out.set_display_name(calendar.display_name);
  out.set_time_zone(calendar.time_zone);
  for (size_t i = 0; i < calendar.week.size(); ++i) {
    if (calendar.week[i].empty()) continue;
    v1::BusinessDay* day = out.add_days();
    day->set_weekday(static_cast<v1::Weekday>(i + 1));
    Add(calendar.week[i], day->mutable_hours());
  }
  for (const Holiday& holiday : calendar.holidays) {
    v1::Holiday* added = out.add_holidays();
    added->set_date(DateText(holiday.date));
    added->set_display_name(holiday.display_name);
    Add(holiday.hours, added->mutable_hours());
  }
  out.set_version(calendar.version);
  return out;
}

std::array<std::vector<Hours>, 7> FromProto(const Repeated<v1::BusinessDay>& days,
                                            std::vector<Violation>& problems) {
  std::array<std::vector<Hours>, 7> week;
  std::array<bool, 7> named{};
  for (const v1::BusinessDay& day : days) {
    if (day.weekday() < v1::WEEKDAY_MONDAY || day.weekday() > v1::WEEKDAY_SUNDAY) {
      problems.push_back({"days", "has an unknown weekday"});
      continue;
    }
    const size_t at = day.weekday() - 1;
    if (named[at]) problems.push_back({"days", "has a weekday twice"});
    named[at] = true;
    week[at] = HoursOf(day.hours(), "days", problems);
  }
  return week;
}

std::vector<Holiday> FromProto(const Repeated<v1::Holiday>& holidays,
                               std::vector<Violation>& problems) {
  std::vector<Holiday> out;
  for (const v1::Holiday& holiday : holidays) {
    const auto date = DateOf(holiday.date());
    if (!date || holiday.display_name().size() > 256) {
      problems.push_back({"holidays", date ? "has a name of more than 256 bytes"
                                           : "has a date that is not YYYY-MM-DD, 1970 to 2100"});
      continue;
    }
    out.push_back({*date, holiday.display_name(), HoursOf(holiday.hours(), "holidays", problems)});
  }
  return out;
}

Calendar FromProto(const v1::BusinessCalendar& calendar, std::vector<Violation>& problems) {
  Calendar out;
  out.id = calendar.id();
  out.display_name = calendar.display_name();
  out.time_zone = calendar.time_zone();
  out.week = FromProto(calendar.days(), problems);
  out.holidays = FromProto(calendar.holidays(), problems);
  out.version = calendar.version();
  return out;
}

}  // namespace muara::calendar_wire
