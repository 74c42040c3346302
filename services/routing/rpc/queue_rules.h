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
  };
  return fields;
}

}  // namespace muara::routing
