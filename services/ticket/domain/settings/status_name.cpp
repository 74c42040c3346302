#include "services/ticket/domain/settings/status_name.h"

#include "libs/base/slug.h"

namespace muara::ticket {

muara::Status NamedStatus::CheckFor(const Ticket& ticket) const {
  if (!archived && ticket.status == status) return Ok();
  Error error = MakeError(Code::kFailedPrecondition, "WRONG_STATUS_NAME",
                          archived ? "this name is not given any more"
                                   : std::string("this name is of ") + StatusName(status) +
                                         ", the ticket is " + StatusName(ticket.status));
  error.metadata.emplace_back("status", StatusName(ticket.status));
  return error;
}

muara::Status Validate(const NamedStatus& name) {
  std::vector<Violation> out;
  if (!IsSlug(name.id)) out.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (name.name.empty() || name.name.size() > kLabelBytesMax) {
    out.push_back({"name", "is not 1 to 100 bytes"});
  }
  if (!IsOpen(name.status) && name.status != Status::kResolved) {
    out.push_back({"status", "is not NEW, OPEN, PENDING, ON_HOLD, SNOOZED or RESOLVED"});
  }
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

}  // namespace muara::ticket
