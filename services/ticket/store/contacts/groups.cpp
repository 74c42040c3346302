#include "services/ticket/store/contacts/groups.h"

#include <algorithm>

namespace muara::ticket::store {

Result<ContactId> SurvivorOf(sql::Tx& tx, const ContactId& id) {
  ContactId survivor = id;
  for (size_t i = 0; i < kGroupMax; ++i) {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT merged_into FROM contact WHERE id = $1", survivor.value));
    if (rows.empty() || rows[0].Text(0).empty()) break;
    survivor.value = rows[0].Text(0);
  }
  return survivor;
}

Result<std::vector<ContactId>> MergedInto(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("WITH RECURSIVE merged (id) AS (SELECT id FROM contact WHERE merged_into = $1 AND "
               "merged_into <> '' UNION SELECT c.id FROM contact c JOIN merged m "
               "ON c.merged_into = m.id WHERE c.merged_into <> '') "
               "SELECT id FROM merged ORDER BY id LIMIT $2",
               id.value, kGroupMax));
  std::vector<ContactId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

Result<std::vector<ContactId>> GroupOf(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(const ContactId survivor, SurvivorOf(tx, id));
  ASSIGN_OR_RETURN(auto group, MergedInto(tx, survivor));
  group.insert(group.begin(), survivor);
  return group;
}

std::string AddIds(sql::Params& params, const std::vector<ContactId>& ids) {
  std::string list;
  for (const ContactId& id : ids) list += (list.empty() ? "" : ", ") + params.Add(id.value).last();
  return list;
}

Result<std::vector<Likeness>> ListLikenesses(sql::Tx& tx, const Contact& contact, int limit) {
  // What one of the two merely claims; what both have is one point of one contact.
  ASSIGN_OR_RETURN(
      const sql::Rows claims,
      tx.Query("SELECT p.contact_id, p.value FROM contact_claim c JOIN contact_point p ON "
               "p.kind = c.kind AND p.value = c.value WHERE c.contact_id = $1 "
               "UNION SELECT o.contact_id, o.value FROM contact_claim c JOIN contact_claim o ON "
               "o.kind = c.kind AND o.value = c.value WHERE c.contact_id = $1 "
               "UNION SELECT o.contact_id, o.value FROM contact_point p JOIN contact_claim o ON "
               "o.kind = p.kind AND o.value = p.value WHERE p.contact_id = $1 "
               "ORDER BY 1, 2 LIMIT $2",
               contact.id.value, limit + static_cast<int>(kGroupMax)));
  std::vector<Likeness> found;
  for (const sql::Row& row : claims) {
    found.push_back({ContactId{row.Text(0)}, "SHARED_CLAIM", row.Text(1)});
  }
  const std::string name = NormalName(contact.display_name);
  if (!contact.account_id.empty() && !name.empty()) {
    ASSIGN_OR_RETURN(const sql::Rows named,
                     tx.Query("SELECT id, display_name FROM contact WHERE account_id = $1 AND "
                              "account_id <> '' AND name_key = $2 ORDER BY id LIMIT $3",
                              contact.account_id.value, name, limit + static_cast<int>(kGroupMax)));
    for (const sql::Row& row : named) {
      found.push_back({ContactId{row.Text(0)}, "SAME_NAME_IN_ACCOUNT", row.Text(1)});
    }
  }
  ASSIGN_OR_RETURN(const auto group, GroupOf(tx, contact.id));
  std::erase_if(found, [&](const Likeness& one) {
    return std::find(group.begin(), group.end(), one.id) != group.end();
  });
  found.resize(std::min<size_t>(found.size(), limit));
  return found;
}

}  // namespace muara::ticket::store
