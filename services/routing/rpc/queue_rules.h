// What of a queue decides who gets its work, as every request that sets it names it.
#pragma once

#include "services/routing/rpc/fields.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {

template <class Request>
const FieldsOf<Queue, Request>& QueueRules() {
  static const FieldsOf<Queue, Request> fields = {
      {"priority", [](auto& queue, auto& from) { queue.priority = from.priority(); }},
      {"ageing_per_minute",
       [](auto& queue, auto& from) { queue.ageing_per_minute = from.ageing_per_minute(); }},
      {"requirements",
       [](auto& queue, auto& from) { queue.requirements = wire::FromProto(from.requirements()); }},
      {"tier", [](auto& queue, auto& from) { queue.tier = from.tier(); }},
      {"order",
       [](auto& queue, auto& from) {
         queue.order = from.order() == v1::QUEUE_ORDER_UNSPECIFIED
                           ? Order::kPriority
                           : static_cast<Order>(from.order());
       }},
      {"balance",
       [](auto& queue, auto& from) {
         queue.balance = from.balance() == v1::BALANCE_UNSPECIFIED
                             ? Balance::kLongestIdle
                             : static_cast<Balance>(from.balance());
       }},
      {"preferred_seconds",
       [](auto& queue, auto& from) { queue.preferred_seconds = from.preferred_seconds(); }},
      {"hold_back_seconds",
       [](auto& queue, auto& from) { queue.hold_back_seconds = from.hold_back_seconds(); }},
      {"overflow_seconds",
       [](auto& queue, auto& from) { queue.overflow_seconds = from.overflow_seconds(); }},
      {"overflow_queue_id",
       [](auto& queue, auto& from) { queue.overflow_queue_id = from.overflow_queue_id(); }},
      {"calendar_id", [](auto& queue, auto& from) { queue.calendar_id = from.calendar_id(); }},
      {"closed_hours",
       [](auto& queue, auto& from) {
         queue.closed_hours = from.closed_hours() == v1::CLOSED_HOURS_UNSPECIFIED
                                  ? ClosedHours::kWait
                                  : static_cast<ClosedHours>(from.closed_hours());
       }},
      {"max_wait_seconds",
       [](auto& queue, auto& from) { queue.max_wait_seconds = from.max_wait_seconds(); }},
      {"max_wait_action",
       [](auto& queue, auto& from) {
         queue.max_wait_action = from.max_wait_action() == v1::MAX_WAIT_ACTION_UNSPECIFIED
                                     ? MaxWaitAction::kFlag
                                     : static_cast<MaxWaitAction>(from.max_wait_action());
       }},
  };
  return fields;
}

}  // namespace muara::routing
