#include "services/ticket/app/contacts/contacts.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/app/settings/field_values.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kFollowMax = 100;    // tickets of one transaction
constexpr int kSettleMax = 200;    // likewise, where only their clocks are marked
constexpr int kFollowedMax = 100;  // contacts that are gone on with at once

std::vector<Due<ContactId>> DueNow(std::vector<ContactId> ids, Time now) {
  std::vector<Due<ContactId>> due;
  for (ContactId& id : ids) due.push_back({std::move(id), now});
  return due;
}

}  // namespace

Result<Contact> Contacts::Get(const ContactId& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadContact(tx, id); });
}

Result<std::vector<Contact>> Contacts::List(const std::string& point, int limit,
                                            const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListContacts(tx, point, limit, after); });
}

Result<std::vector<std::string>> SetContactIn(sql::Tx& tx, Contact& contact,
                                              const ContactUpdate& update, SearchIndex& index,
                                              Time now) {
  const bool is_new = contact.version == 0;
  std::vector<std::string> fields;
  const auto set = [&](const char* name, auto& field, const auto& value) {
    if (!value || field == *value) return;
    field = *value;
    fields.push_back(name);
  };
  if (update.account_id && !update.account_id->empty() &&
      *update.account_id != contact.account_id) {
    RETURN_IF_ERROR(store::LoadAccountForChange(tx, *update.account_id));
  }
  set("display_name", contact.display_name, update.display_name);
  set("account_id", contact.account_id, update.account_id);
  set("language", contact.language, update.language);
  set("time_zone", contact.time_zone, update.time_zone);
  const std::vector<std::string> tags = contact.tags;
  RETURN_IF_ERROR(ChangeTags(contact.tags, update));
  if (contact.tags != tags) fields.push_back("tags");
  if (!update.fields.empty() || !update.remove_fields.empty()) {
    const std::vector<FieldValue> values = contact.fields;
    RETURN_IF_ERROR(ChangeFields(tx, FieldEntity::kContact, contact.fields, update.fields,
                                 update.remove_fields));
    if (contact.fields != values) fields.push_back("fields");
  }
  if (fields.empty()) return fields;
  RETURN_IF_ERROR(store::SaveContact(tx, contact));
  const auto changed = [&](const char* name) {
    return std::find(fields.begin(), fields.end(), name) != fields.end();
  };
  if (changed("display_name")) RETURN_IF_ERROR(index.FollowContact(tx, contact.id, now));
  if (changed("tags") && !is_new) RETURN_IF_ERROR(store::AskToSettle(tx, contact.id));
  return fields;
}

Result<Contact> Contacts::Set(const ContactChange& change, const ContactUpdate& update) {
  if (auto problems = ProblemsOf(update); !problems.empty()) {
    return InvalidFields(std::move(problems));
  }
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const Contact changed, database_.Transact([&](sql::Tx& tx) -> Result<Contact> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, change.id));
    if (!first) return contact;
    RETURN_IF_ERROR(CheckVersion(contact.version, change.expected_version));
    RETURN_IF_ERROR(CheckChangeable(contact));
    ASSIGN_OR_RETURN(const auto fields, SetContactIn(tx, contact, update, index_, now));
    if (fields.empty()) return contact;
    if (std::find(fields.begin(), fields.end(), "account_id") != fields.end()) {
      RETURN_IF_ERROR(store::AskToFollow(tx, {contact.id, change.actor, change.why}));
    }
    const wire::Cause cause{change.actor, "AGENT", change.why};
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactChanged(contact, fields, cause), now));
    return contact;
  }));
  RETURN_IF_ERROR(FollowTickets(change.id));
  return changed;
}

muara::Status Contacts::FollowTickets(const ContactId& id) {
  // Mostly nothing was asked for: that takes no writer.
  bool follow = false, settle = false;
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const auto asked, store::FindFollow(tx, id));
    follow = asked.has_value();
    ASSIGN_OR_RETURN(settle, store::IsAskedToSettle(tx, id));
    return Ok();
  }));
  while (follow) {
    ASSIGN_OR_RETURN(follow, database_.Transact(
                                 [&](sql::Tx& tx) { return FollowSomeIn(tx, id, clock_.Now()); }));
  }
  while (settle) {
    ASSIGN_OR_RETURN(const int settled, database_.Transact([&](sql::Tx& tx) {
      return store::SettleSome(tx, id, kSettleMax);
    }));
    settle = settled == kSettleMax;
  }
  return Ok();
}

Result<bool> Contacts::GoOnFollowing() {
  const Time now = clock_.Now();
  std::vector<Due<ContactId>> follow, settle;
  const int follow_max = kFollowedMax + unfollowed_.size();
  const int settle_max = kFollowedMax + unsettled_.size();
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(auto ids, store::ListAskedToFollow(tx, follow_max));
    follow = DueNow(std::move(ids), now);
    ASSIGN_OR_RETURN(ids, store::ListAskedToSettle(tx, settle_max));
    settle = DueNow(std::move(ids), now);
    return Ok();
  }));
  const auto followed = unfollowed_.InTurn(
      database_, follow, now, [&](sql::Tx& tx, const ContactId& id) -> Result<int> {
        ASSIGN_OR_RETURN(const bool more, FollowSomeIn(tx, id, clock_.Now()));
        return more ? 1 : 0;
      });
  const auto settled = unsettled_.InTurn(
      database_, settle, now, [&](sql::Tx& tx, const ContactId& id) -> Result<int> {
        ASSIGN_OR_RETURN(const int count, store::SettleSome(tx, id, kSettleMax));
        return count == kSettleMax ? 1 : 0;
      });
  RETURN_IF_ERROR(followed);
  RETURN_IF_ERROR(settled);
  return *followed + *settled > 0 || static_cast<int>(follow.size()) == follow_max ||
         static_cast<int>(settle.size()) == settle_max;
}

Result<bool> Contacts::FollowSomeIn(sql::Tx& tx, const ContactId& contact_id, Time now) {
  // Locked, so that two changes of the account cannot write over each other.
  ASSIGN_OR_RETURN(const Contact contact, store::LoadContactForChange(tx, contact_id));
  ASSIGN_OR_RETURN(const auto follow, store::FindFollow(tx, contact_id));
  if (!follow) return false;
  ASSIGN_OR_RETURN(const auto ids, store::ListOfOtherAccounts(tx, contact, kFollowMax));
  const wire::Cause cause{follow->actor, "CONTACT_ACCOUNT", follow->why};
  for (const TicketId& id : ids) {
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
    if (ticket.status == Status::kClosed) continue;
    ticket.account_id = contact.account_id;
    ticket.update_time = now;
    RETURN_IF_ERROR(journal_.Save(
        tx, {ticket},
        [&](const Ticket& changed) { return wire::TicketChanged(changed, {"account_id"}, cause); },
        now));
  }
  if (ids.size() == kFollowMax) return true;
  RETURN_IF_ERROR(store::EndFollow(tx, contact_id));
  return false;
}

}  // namespace muara::ticket
