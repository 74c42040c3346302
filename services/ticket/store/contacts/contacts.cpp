#include "services/ticket/store/contacts/contacts.h"

#include <algorithm>

namespace muara::ticket::store {
namespace {

Result<std::string> OwnerOf(sql::Tx& tx, const ContactPoint& point) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT contact_id FROM contact_point WHERE kind = $1 AND value = $2",
                            point.kind, point.value));
  return rows.empty() ? std::string() : rows[0].Text(0);
}

Result<std::string> Make(sql::Tx& tx, const ContactPoint& point, Time now) {
  const ContactId id = ContactId::New();
  ASSIGN_OR_RETURN(
      const int64_t made,
      tx.Execute("INSERT INTO contact_point (kind, value, contact_id, display_name, "
                 "assurance) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                 point.kind, point.value, id.value, point.display_name, point.assurance));
  if (made == 0) return OwnerOf(tx, point);  // someone else's transaction was first
  RETURN_IF_ERROR(tx.Execute(
      "INSERT INTO contact (id, display_name, created_us, version) VALUES ($1, $2, $3, 1)",
      id.value, point.display_name.empty() ? point.value : point.display_name, ToMicros(now)));
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
          std::string("SELECT display_name, created_us, version FROM contact WHERE id = $1") + lock,
          id.value));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "CONTACT_NOT_FOUND", "there is no such contact");
  }
  Contact contact{
      id, rows[0].Text(0), {}, FromMicros(rows[0].Int(1)), static_cast<int>(rows[0].Int(2))};
  RETURN_IF_ERROR(AddPoints(tx,
                            "SELECT kind, value, display_name, assurance FROM contact_point "
                            "WHERE contact_id = $1 ORDER BY kind, value",
                            contact));
  RETURN_IF_ERROR(AddPoints(tx,
                            "SELECT kind, value, '', 1 FROM contact_claim "
                            "WHERE contact_id = $1 ORDER BY kind, value",
                            contact));
  return contact;
}

}  // namespace

Result<Contact> FindOrMakeContact(sql::Tx& tx, const ContactPoint& point, Time now) {
  ASSIGN_OR_RETURN(std::string id, OwnerOf(tx, point));
  if (id.empty()) {
    ASSIGN_OR_RETURN(id, Make(tx, point, now));
  }
  return LoadWith(tx, ContactId{id}, " FOR UPDATE");
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
        tx.Execute("INSERT INTO contact_claim (contact_id, kind, value) "
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
  RETURN_IF_ERROR(tx.Execute("UPDATE contact SET display_name = $2, version = $3 WHERE id = $1",
                             contact.id.value, contact.display_name, contact.version));
  return Ok();
}

Result<std::vector<Contact>> ListContacts(sql::Tx& tx, const std::string& point, int limit,
                                          const std::string& after) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      point.empty()
          ? tx.Query("SELECT id FROM contact WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
          : tx.Query("SELECT contact_id FROM contact_point WHERE value = $3 AND contact_id > $1 "
                     "UNION SELECT contact_id FROM contact_claim WHERE value = $3 AND "
                     "contact_id > $1 ORDER BY contact_id LIMIT $2",
                     after, limit, point));
  std::vector<Contact> contacts;
  for (const sql::Row& row : rows) {
    ASSIGN_OR_RETURN(Contact contact, LoadContact(tx, ContactId{row.Text(0)}));
    contacts.push_back(std::move(contact));
  }
  return contacts;
}

}  // namespace muara::ticket::store
