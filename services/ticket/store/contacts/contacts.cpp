#include "services/ticket/store/contacts/contacts.h"

#include <algorithm>
#include <set>

#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/contacts/points.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr int kOfOnePointMax = 1000;  // contacts that have or claim it

sql::Value MaybeTime(const std::optional<Time>& time) {
  return time ? sql::Value(ToMicros(*time)) : sql::Value(sql::Null{});
}

Result<std::string> OwnerId(sql::Tx& tx, const ContactPoint& point) {
  ASSIGN_OR_RETURN(ContactId owner, OwnerOfPoint(tx, point));
  return std::move(owner.value);
}

// Somebody new, whose verified address may tell whose they are.
Result<std::string> Make(sql::Tx& tx, const ContactPoint& point, Time now) {
  const ContactId id = ContactId::New();
  ASSIGN_OR_RETURN(
      const int64_t made,
      tx.Execute(
          "INSERT INTO contact_point (kind, value, contact_id, display_name, "
          "assurance, channel_assurance) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
          point.kind, point.value, id.value, point.display_name, point.assurance));
  if (made == 0) return OwnerId(tx, point);  // someone else's transaction was first
  Contact contact;
  contact.id = id;
  contact.display_name = point.display_name.empty() ? point.value : point.display_name;
  contact.create_time = now;
  ASSIGN_OR_RETURN(contact.account_id, JoinedBy(tx, point));
  RETURN_IF_ERROR(InsertContact(tx, contact));
  return id.value;
}

muara::Status AddPoints(sql::Tx& tx, const char* query, Contact& contact) {
  ASSIGN_OR_RETURN(const sql::Rows points, tx.Query(query, contact.id.value));
  for (const sql::Row& row : points) {
    contact.points.push_back({static_cast<PointKind>(row.Int(0)), row.Text(1), row.Text(2),
                              static_cast<Assurance>(row.Int(3))});
  }
  return Ok();
}

Result<Contact> LoadWith(sql::Tx& tx, const ContactId& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(
          std::string(
              "SELECT display_name, created_us, version, account_id, tags, fields, "
              "language, time_zone, merged_into, merged_us, erased_us, (SELECT COUNT(*) FROM "
              "contact m WHERE m.merged_into = contact.id AND m.merged_into <> ''), external_id "
              "FROM contact WHERE id = $1") +
              lock,
          id.value));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "CONTACT_NOT_FOUND", "there is no such contact");
  }
  const sql::Row& row = rows[0];
  Contact contact;
  contact.id = id;
  contact.display_name = row.Text(0);
  contact.create_time = FromMicros(row.Int(1));
  contact.version = static_cast<int>(row.Int(2));
  contact.account_id.value = row.Text(3);
  contact.tags = SplitLines(row.Text(4));
  contact.fields = SplitFields(row.Text(5));
  contact.language = row.Text(6);
  contact.time_zone = row.Text(7);
  if (!row.Text(8).empty()) contact.merged_into = ContactId{row.Text(8)};
  if (!row.IsNull(9)) contact.merge_time = FromMicros(row.Int(9));
  if (!row.IsNull(10)) contact.erase_time = FromMicros(row.Int(10));
  contact.external_id = row.Text(12);
  if (row.Int(11) > 0) {
    ASSIGN_OR_RETURN(contact.merged, MergedInto(tx, id));
  }
  RETURN_IF_ERROR(AddPoints(tx,
                            "SELECT kind, value, display_name, assurance FROM contact_point "
                            "WHERE contact_id = $1 ORDER BY kind, value",
                            contact));
  const size_t finding = contact.points.size();
  RETURN_IF_ERROR(AddPoints(tx,
                            "SELECT kind, value, '', 1 FROM contact_claim "
                            "WHERE contact_id = $1 ORDER BY kind, value",
                            contact));
  contact.claims = contact.points.size() - finding;
  return contact;
}

}  // namespace

Result<Sender> FindOrMakeContact(sql::Tx& tx, const ContactPoint& point, Time now) {
  ASSIGN_OR_RETURN(std::string id, OwnerId(tx, point));
  const bool known = !id.empty();
  if (!known) {
    ASSIGN_OR_RETURN(id, Make(tx, point, now));
  }
  ASSIGN_OR_RETURN(Contact contact, LoadWith(tx, ContactId{id}, " FOR UPDATE"));
  for (size_t i = 0; i < kGroupMax && contact.merged_into; ++i) {
    ASSIGN_OR_RETURN(contact, LoadWith(tx, *contact.merged_into, " FOR UPDATE"));
  }
  // Erased while this waited for it: its point finds nobody any more.
  if (contact.erase_time) {
    return MakeError(Code::kAborted, "LOST_RACE", "the contact was erased at the same time");
  }
  return Sender{std::move(contact), known};
}

muara::Status InsertContact(sql::Tx& tx, const Contact& contact) {
  return tx.Post(
      "INSERT INTO contact (id, display_name, created_us, version, account_id, name_key, tags, "
      "fields, language, time_zone, external_id) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      contact.id.value, contact.display_name, ToMicros(contact.create_time), contact.version,
      contact.account_id.value, NormalName(contact.display_name), JoinLines(contact.tags),
      JoinFields(contact.fields), contact.language, contact.time_zone, contact.external_id);
}

muara::Status NoteClaims(sql::Tx& tx, const Contact& contact,
                         const std::vector<ContactPoint>& claims) {
  size_t known = 0;
  for (const ContactPoint& point : contact.points) known += point.assurance == Assurance::kClaimed;
  for (const ContactPoint& claim : claims) {
    const bool there =
        std::any_of(contact.points.begin(), contact.points.end(), [&](const ContactPoint& point) {
          return point.kind == claim.kind && point.value == claim.value;
        });
    if (there || ++known > kClaimsMax) continue;
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO contact_claim (contact_id, kind, value) "
                "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                contact.id.value, claim.kind, claim.value));
  }
  return Ok();
}

Result<Contact> LoadContact(sql::Tx& tx, const ContactId& id) { return LoadWith(tx, id, ""); }

Result<Contact> LoadContactForChange(sql::Tx& tx, const ContactId& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

muara::Status SaveContact(sql::Tx& tx, Contact& contact) {
  ++contact.version;
  return tx.Post(
      "UPDATE contact SET display_name = $2, version = $3, account_id = $4, "
      "name_key = $5, tags = $6, fields = $7, language = $8, time_zone = $9, "
      "merged_into = $10, merged_us = $11, erased_us = $12, external_id = $13 WHERE id = $1",
      contact.id.value, contact.display_name, contact.version, contact.account_id.value,
      NormalName(contact.display_name), JoinLines(contact.tags), JoinFields(contact.fields),
      contact.language, contact.time_zone, contact.merged_into.value_or(ContactId{}).value,
      MaybeTime(contact.merge_time), MaybeTime(contact.erase_time), contact.external_id);
}

Result<std::vector<Contact>> ListContacts(sql::Tx& tx, const std::string& point, int limit,
                                          const std::string& after) {
  std::set<std::string> ids;
  if (point.empty()) {
    ASSIGN_OR_RETURN(
        const sql::Rows rows,
        tx.Query("SELECT id FROM contact WHERE id > $1 ORDER BY id LIMIT $2", after, limit));
    for (const sql::Row& row : rows) ids.insert(row.Text(0));
  } else {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT contact_id FROM contact_point WHERE value = $1 "
                              "UNION SELECT contact_id FROM contact_claim WHERE value = $1 "
                              "ORDER BY contact_id LIMIT $2",
                              point, kOfOnePointMax));
    for (const sql::Row& row : rows) {
      ASSIGN_OR_RETURN(const ContactId survivor, SurvivorOf(tx, ContactId{row.Text(0)}));
      if (survivor.value > after) ids.insert(survivor.value);
    }
  }
  std::vector<Contact> contacts;
  for (const std::string& id : ids) {
    if (static_cast<int>(contacts.size()) == limit) break;
    ASSIGN_OR_RETURN(Contact contact, LoadContact(tx, ContactId{id}));
    contacts.push_back(std::move(contact));
  }
  return contacts;
}

}  // namespace muara::ticket::store
