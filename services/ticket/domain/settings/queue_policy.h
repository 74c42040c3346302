// What the organisation decides for one queue: how long its tickets can be reopened, how they are
// resolved and where they are escalated to.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

constexpr size_t kDispositionsMax = 100;
constexpr Duration kPolicyDurationMin = std::chrono::minutes(1);
constexpr Duration kPolicyDurationMax = std::chrono::hours(24 * 365);

// One way in which work can end.
struct Disposition {
  std::string code;
  std::string name;
};

struct QueuePolicy {
  std::string queue_id;
  LifecyclePolicy lifecycle;
  bool disposition_required = false;
  std::vector<Disposition> dispositions;
  std::vector<std::string> escalation_queue_ids;  // of level 1, 2, 3 ...
  std::string calendar_id;  // in which the lifecycle counts; empty: the calendar on the wall
  int version = 0;          // 0: nobody has set one, these are the defaults

  // DISPOSITION_REQUIRED where none is given; a field that is wrong where the queue has no such.
  muara::Status CheckDisposition(const std::string& code) const;
  // NO_ESCALATION_TARGET where this level has none.
  Result<std::string> EscalationQueue(int level) const;
};

// Every field that breaks a limit, named.
muara::Status Validate(const QueuePolicy& policy);

}  // namespace muara::ticket
