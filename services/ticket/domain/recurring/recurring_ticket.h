// A ticket that is opened again and again, for work that comes with the calendar. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/recurring/recurrence.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

constexpr int kRecurringMax = 1000;

struct RecurringTicket {
  std::string id;  // a slug
  bool enabled = true;
  Recurrence recurrence;
  ContactId contact_id;
  std::string subject;
  std::string text;  // the note that it is opened with
  std::string queue_id;
  Priority priority = Priority::kNormal;
  std::string type;
  std::vector<std::string> tags;
  std::optional<Time> next;  // none: over, or not enabled
  TicketId last_ticket;      // the newest that it has opened
  int version = 0;           // 0: there is none yet

  // Everything that is wrong with it, by field.
  std::vector<Violation> Problems() const;
  // INVALID_FIELDS with all of that.
  muara::Status Check() const;
};

}  // namespace muara::ticket
