#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/wire/events.h"
#include "services/ticket/wire/sla.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket::wire {
namespace {

template <class Message>
bus::Fact OfClock(const Ticket& ticket, const SlaClock& clock) {
  Message message;
  *message.mutable_ticket() = ToProto(ticket);
  *message.mutable_clock() = ToProto(clock);
  return {ticket.id.value, Message::descriptor()->full_name(), message.SerializeAsString()};
}

template <class Message>
bus::Fact Caused(const std::string& key, Message message, const Cause& cause) {
  message.mutable_cause()->set_actor(cause.actor);
  message.mutable_cause()->set_reason(cause.reason);
  message.mutable_cause()->set_note(cause.note);
  return {key, Message::descriptor()->full_name(), message.SerializeAsString()};
}

template <class Message>
bus::Fact OfPolicy(const SlaPolicy& policy, const Cause& cause) {
  Message message;
  *message.mutable_policy() = ToProto(policy);
  return Caused("slaPolicies/" + policy.id, std::move(message), cause);
}

template <class Message>
bus::Fact OfCalendar(const Calendar& calendar, const Cause& cause) {
  Message message;
  *message.mutable_calendar() = ToProto(calendar);
  return Caused("businessCalendars/" + calendar.id, std::move(message), cause);
}

}  // namespace

bus::Fact SlaWarned(const Ticket& ticket, const SlaClock& clock) {
  return OfClock<v1::SlaWarned>(ticket, clock);
}

bus::Fact SlaBreached(const Ticket& ticket, const SlaClock& clock) {
  return OfClock<v1::SlaBreached>(ticket, clock);
}

bus::Fact SlaPolicyChanged(const SlaPolicy& policy, const Cause& cause) {
  return OfPolicy<v1::SlaPolicyChanged>(policy, cause);
}

bus::Fact SlaPolicyDeleted(const SlaPolicy& policy, const Cause& cause) {
  return OfPolicy<v1::SlaPolicyDeleted>(policy, cause);
}

bus::Fact BusinessCalendarChanged(const Calendar& calendar, const Cause& cause) {
  return OfCalendar<v1::BusinessCalendarChanged>(calendar, cause);
}

bus::Fact BusinessCalendarDeleted(const Calendar& calendar, const Cause& cause) {
  return OfCalendar<v1::BusinessCalendarDeleted>(calendar, cause);
}

}  // namespace muara::ticket::wire
