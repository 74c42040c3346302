#include "services/ticket/domain/bulk/bulk_edit.h"

#include <algorithm>

namespace muara::ticket {
namespace {

bool Has(const std::vector<std::string>& tags, const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

const FieldValue* Find(const std::vector<FieldValue>& fields, const std::string& key) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldValue& one) { return one.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

bool Same(const FieldValue* a, const FieldValue* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->type == b->type && a->text == b->text && a->number == b->number;
}

// What it was, where the edit changed it and nobody did since.
template <class T>
std::optional<T> Back(const T& before, const T& after, const T& now) {
  if (before == after || now != after) return std::nullopt;
  return before;
}

void TakeBackTags(TakeBack& back, const BulkItem& item, const BulkSnapshot& now) {
  for (const std::string& tag : item.after.tags) {
    if (!Has(item.before.tags, tag) && Has(now.tags, tag)) back.remove_tags.push_back(tag);
  }
  for (const std::string& tag : item.before.tags) {
    if (!Has(item.after.tags, tag) && !Has(now.tags, tag)) back.add_tags.push_back(tag);
  }
}

void TakeBackFields(TakeBack& back, const BulkItem& item, const BulkSnapshot& now) {
  const auto add = [&](const std::string& key) {
    const FieldValue* before = Find(item.before.fields, key);
    const FieldValue* after = Find(item.after.fields, key);
    if (Same(before, after) || !Same(after, Find(now.fields, key))) return;
    if (before == nullptr) {
      back.remove_fields.push_back(key);
    } else {
      back.fields.push_back(*before);
    }
  };
  for (const FieldValue& one : item.before.fields) add(one.key);
  for (const FieldValue& one : item.after.fields) {
    if (Find(item.before.fields, one.key) == nullptr) add(one.key);
  }
}

}  // namespace

BulkSnapshot SnapshotOf(const Ticket& ticket) {
  return {ticket.status,      ticket.queue_id,    ticket.priority,      ticket.type,
          ticket.status_name, ticket.assignee_id, ticket.assignee_name, ticket.tags,
          ticket.fields,      ticket.flagged,     ticket.flag_note,     ticket.until,
          ticket.flag_reason};
}

bool TakeBack::updates() const {
  return queue_id || priority || type || status_name || !add_tags.empty() || !remove_tags.empty() ||
         !fields.empty() || !remove_fields.empty();
}

TakeBack TakeBackOf(const BulkItem& item, const BulkSnapshot& now) {
  TakeBack back;
  const BulkSnapshot& before = item.before;
  const BulkSnapshot& after = item.after;
  back.queue_id = Back(before.queue_id, after.queue_id, now.queue_id);
  back.priority = Back(before.priority, after.priority, now.priority);
  back.type = Back(before.type, after.type, now.type);
  back.assignee_id = Back(before.assignee_id, after.assignee_id, now.assignee_id);
  const auto flag_of = [](const BulkSnapshot& one) {
    return std::tuple(one.flagged, one.flag_note, one.flag_reason);
  };
  if (const auto flag = Back(flag_of(before), flag_of(after), flag_of(now))) {
    back.flagged = std::get<0>(*flag);
  }
  TakeBackTags(back, item, now);
  TakeBackFields(back, item, now);
  if (Back(before.status, after.status, now.status)) {
    back.restores = after.status == Status::kSpam;
    back.reopens = !back.restores && IsOpen(before.status) && after.status != Status::kOpen &&
                   after.status != Status::kNew && after.status != Status::kClosed;
    const bool opened = back.reopens || after.status == Status::kOpen;
    if (opened && IsWaiting(before.status)) back.waits = before.status;
  }
  // A name belongs to its status.
  if (back.reopens || back.waits || back.restores) {
    back.named = before.status_name;
  } else if (before.status == after.status) {
    back.status_name = Back(before.status_name, after.status_name, now.status_name);
  }
  return back;
}

}  // namespace muara::ticket
