// Setting the fields of a ticket.
#include <algorithm>

#include "services/ticket/app/settings/field_values.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/settings/custom_fields.h"
#include "services/ticket/store/settings/status_names.h"

namespace muara::ticket {
namespace {

muara::Status ChangeTags(Ticket& ticket, const Update& update) {
  if (update.tags) ticket.tags = *update.tags;
  for (const std::string& tag : update.add_tags) {
    const bool has = std::find(ticket.tags.begin(), ticket.tags.end(), tag) != ticket.tags.end();
    if (!has) ticket.tags.push_back(tag);
  }
  for (const std::string& tag : update.remove_tags) std::erase(ticket.tags, tag);
  if (ticket.tags.size() <= kTagsMax) return Ok();
  return MakeError(Code::kFailedPrecondition, "TOO_MANY_TAGS",
                   "the ticket would have more than 200 tags");
}

muara::Status NameStatus(sql::Tx& tx, Ticket& ticket, const std::string& id) {
  if (!id.empty()) {
    ASSIGN_OR_RETURN(const NamedStatus name, store::FindStatusName(tx, id));
    if (name.version == 0) return InvalidFields({{"status_name", "there is no such name"}});
    RETURN_IF_ERROR(name.CheckFor(ticket));
  }
  ticket.status_name = id;
  return Ok();
}

}  // namespace

Result<std::vector<std::string>> Tickets::SetIn(sql::Tx& tx, Ticket& ticket, const Update& update) {
  std::vector<std::string> fields;
  const auto set = [&](const char* name, auto& field, const auto& value) {
    if (!value) return;
    field = *value;
    fields.push_back(name);
  };
  set("subject", ticket.subject, update.subject);
  set("priority", ticket.priority, update.priority);
  set("type", ticket.type, update.type);
  if (update.tags || !update.add_tags.empty() || !update.remove_tags.empty()) {
    RETURN_IF_ERROR(ChangeTags(ticket, update));
    fields.push_back("tags");
  }
  if (!update.fields.empty() || !update.remove_fields.empty()) {
    RETURN_IF_ERROR(
        ChangeFields(tx, FieldEntity::kTicket, ticket.fields, update.fields, update.remove_fields));
    RETURN_IF_ERROR(store::IndexFields(tx, ticket.id, ticket.fields));
    fields.push_back("fields");
    for (const FieldValue& one : update.fields) fields.push_back("fields." + one.key);
    for (const std::string& key : update.remove_fields) fields.push_back("fields." + key);
  }
  if (update.status_name) {
    RETURN_IF_ERROR(NameStatus(tx, ticket, *update.status_name));
    fields.push_back("status_name");
  }
  set("queue_id", ticket.queue_id, update.queue_id);
  if (update.queue_id && ticket.status == Status::kResolved) {
    // It closes as its new queue has it.
    ASSIGN_OR_RETURN(const QueuePolicy policy, policies_.Of(tx, ticket.queue_id));
    const Time closes = policy.lifecycle.ClosesAt(*ticket.resolve_time);
    if (ticket.close_due != closes) fields.push_back("auto_close_time");
    ticket.close_due = closes;
  }
  return fields;
}

Result<Ticket> Tickets::Set(const Change& change, const Update& update) {
  std::vector<std::string> fields;
  return Apply(
      change,
      [&](sql::Tx& tx, Ticket& ticket, Time now) -> muara::Status {
        RETURN_IF_ERROR(ticket.Touch(now));
        ASSIGN_OR_RETURN(fields, SetIn(tx, ticket, update));
        return Ok();
      },
      [&](sql::Tx&, const Ticket& ticket) -> Result<bus::Fact> {
        return wire::TicketChanged(ticket, fields, CauseOf(change));
      });
}

}  // namespace muara::ticket
