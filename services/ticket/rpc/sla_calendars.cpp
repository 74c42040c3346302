#include "libs/calendar_wire/calendar.h"
#include "libs/rpc/request.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/rpc/sla_change.h"
#include "services/ticket/wire/sla.h"

namespace muara::ticket {
namespace {

Result<v1::BusinessCalendar> Answer(const Result<Calendar>& calendar) {
  if (!calendar.ok()) return calendar.error();
  return wire::ToProto(*calendar);
}

Result<v1::BusinessCalendar> Create(SlaPolicies& policies, const rpc::Call& call,
                                    const v1::CreateBusinessCalendarRequest& request) {
  ASSIGN_OR_RETURN(SlaChange change, SlaChangeOf(call, request, 0));
  std::vector<Violation> problems;
  Calendar calendar;
  calendar.display_name = request.display_name();
  calendar.time_zone = request.time_zone();
  calendar.week = calendar_wire::FromProto(request.days(), problems);
  calendar.holidays = calendar_wire::FromProto(request.holidays(), problems);
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Answer(policies.CreateCalendar(change, std::move(calendar)));
}

Result<v1::ListBusinessCalendarsResponse> List(SlaPolicies& policies,
                                               const v1::ListBusinessCalendarsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   policies.ListCalendars(page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListBusinessCalendarsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_calendars() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::BusinessCalendar> Amend(SlaPolicies& policies, const rpc::Call& call,
                                   const v1::UpdateBusinessCalendarRequest& request) {
  ASSIGN_OR_RETURN(const SlaChange change, SlaChangeOf(call, request, request.expected_version()));
  std::vector<Violation> problems;
  CalendarUpdate update;
  if (request.update_fields().empty()) problems.push_back({"update_fields", "is required"});
  for (const std::string& field : request.update_fields()) {
    if (field == "display_name") {
      update.display_name = request.display_name();
    } else if (field == "time_zone") {
      update.time_zone = request.time_zone();
    } else if (field == "days") {
      update.week = calendar_wire::FromProto(request.days(), problems);
    } else if (field == "holidays") {
      update.holidays = calendar_wire::FromProto(request.holidays(), problems);
    } else {
      problems.push_back({"update_fields", "'" + field + "' is no field of a calendar"});
    }
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Answer(policies.UpdateCalendar(change, update));
}

}  // namespace

void ServeBusinessCalendars(rpc::Server& server, SlaPolicies& policies) {
  const std::string service = "muara.ticket.v1.BusinessCalendars/";
  server.Unary<v1::CreateBusinessCalendarRequest, v1::BusinessCalendar>(
      service + "CreateBusinessCalendar", [&policies](const rpc::Call& call, const auto& request) {
        return Create(policies, call, request);
      });
  server.Unary<v1::GetBusinessCalendarRequest, v1::BusinessCalendar>(
      service + "GetBusinessCalendar", [&policies](const rpc::Call&, const auto& request) {
        return Answer(policies.GetCalendar(request.id()));
      });
  server.Unary<v1::ListBusinessCalendarsRequest, v1::ListBusinessCalendarsResponse>(
      service + "ListBusinessCalendars",
      [&policies](const rpc::Call&, const auto& request) { return List(policies, request); });
  server.Unary<v1::UpdateBusinessCalendarRequest, v1::BusinessCalendar>(
      service + "UpdateBusinessCalendar", [&policies](const rpc::Call& call, const auto& request) {
        return Amend(policies, call, request);
      });
  server.Unary<v1::DeleteBusinessCalendarRequest, v1::BusinessCalendar>(
      service + "DeleteBusinessCalendar",
      [&policies](const rpc::Call& call, const auto& request) -> Result<v1::BusinessCalendar> {
        ASSIGN_OR_RETURN(const SlaChange change,
                         SlaChangeOf(call, request, request.expected_version()));
        return Answer(policies.DeleteCalendar(change));
      });
}

}  // namespace muara::ticket
