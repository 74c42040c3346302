#include "services/ticket/store/contacts/points.h"

#include "services/ticket/store/contacts/groups.h"

namespace muara::ticket::store {

Result<ContactId> OwnerOfPoint(sql::Tx& tx, const ContactPoint& point) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT contact_id FROM contact_point WHERE kind = $1 AND value = $2",
                            point.kind, point.value));
  return rows.empty() ? ContactId{} : ContactId{rows[0].Text(0)};
}

Result<std::optional<Owned>> FindPoint(sql::Tx& tx, PointKind kind, const std::string& value) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT contact_id, display_name, assurance FROM contact_point "
                            "WHERE kind = $1 AND value = $2",
                            kind, value));
  if (rows.empty()) return std::optional<Owned>();
  return std::optional<Owned>(
      {ContactId{rows[0].Text(0)},
       {kind, value, rows[0].Text(1), static_cast<Assurance>(rows[0].Int(2))}});
}

Result<std::vector<ContactPoint>> ListVerified(sql::Tx& tx, const std::vector<ContactId>& contacts,
                                               PointKind kind, int limit) {
  sql::Params params(kind, Assurance::kClaimed, limit);
  const std::string ids = AddIds(params, contacts);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT value, display_name, assurance FROM contact_point WHERE kind = $1 AND "
             "assurance > $2 AND contact_id IN (" +
                 ids + ") ORDER BY value LIMIT $3",
             params));
  std::vector<ContactPoint> points;
  for (const sql::Row& row : rows) {
    points.push_back({kind, row.Text(0), row.Text(1), static_cast<Assurance>(row.Int(2))});
  }
  return points;
}

Result<bool> AddPoint(sql::Tx& tx, const ContactId& id, const ContactPoint& point) {
  ASSIGN_OR_RETURN(
      const int64_t added,
      tx.Execute("INSERT INTO contact_point (kind, value, contact_id, display_name, assurance) "
                 "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                 point.kind, point.value, id.value, point.display_name, point.assurance));
  return added == 1;
}

muara::Status AddClaim(sql::Tx& tx, const ContactId& id, const ContactPoint& point) {
  return tx.Post(
      "INSERT INTO contact_claim (contact_id, kind, value) "
      "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      id.value, point.kind, point.value);
}

muara::Status RemovePoint(sql::Tx& tx, const ContactId& id, const ContactPoint& point) {
  for (const char* table : {"contact_point", "contact_claim"}) {
    RETURN_IF_ERROR(tx.Post(
        std::string("DELETE FROM ") + table + " WHERE contact_id = $1 AND kind = $2 AND value = $3",
        id.value, point.kind, point.value));
  }
  return Ok();
}

Result<bool> Vouch(sql::Tx& tx, const ContactId& id, const ContactPoint& point) {
  ContactPoint vouched = point;
  vouched.assurance = Assurance::kCustomerVerified;
  ASSIGN_OR_RETURN(const int64_t known,
                   tx.Execute("UPDATE contact_point SET assurance = $4 WHERE contact_id = $1 AND "
                              "kind = $2 AND value = $3",
                              id.value, point.kind, point.value, vouched.assurance));
  if (known == 1) return true;
  RETURN_IF_ERROR(RemovePoint(tx, id, point));
  return AddPoint(tx, id, vouched);
}

muara::Status TakeBackAssurance(sql::Tx& tx, const ContactId& id, const ContactPoint& point) {
  ASSIGN_OR_RETURN(const int64_t kept,
                   tx.Execute("UPDATE contact_point SET assurance = channel_assurance WHERE "
                              "contact_id = $1 AND kind = $2 AND value = $3 AND "
                              "channel_assurance > 0",
                              id.value, point.kind, point.value));
  if (kept == 1) return Ok();
  RETURN_IF_ERROR(RemovePoint(tx, id, point));
  return AddClaim(tx, id, point);
}

}  // namespace muara::ticket::store
