#include "services/channels/email/store/erased_mails.h"

namespace muara::email::store {

Status InsertErasedMail(sql::Tx& tx, const std::string& reference) {
  return tx.Post("INSERT INTO erased_mail (reference) VALUES ($1) ON CONFLICT DO NOTHING",
                 reference);
}

Result<std::vector<std::string>> ListErasedMails(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT reference FROM erased_mail ORDER BY reference LIMIT $1", limit));
  std::vector<std::string> references;
  for (const sql::Row& row : rows) references.push_back(row.Text(0));
  return references;
}

Status DeleteErasedMail(sql::Tx& tx, const std::string& reference) {
  return tx.Post("DELETE FROM erased_mail WHERE reference = $1", reference);
}

}  // namespace muara::email::store
