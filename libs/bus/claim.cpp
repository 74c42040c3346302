#include "libs/bus/claim.h"

namespace muara::bus {

Result<bool> Claim(sql::Tx& tx, const OperationKey& key, Time now) {
  ASSIGN_OR_RETURN(const int64_t claimed,
                   tx.Execute("INSERT INTO operation_key (key, fingerprint, claimed_us) "
                              "VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
                              key.key, key.fingerprint, ToMicros(now)));
  if (claimed == 1) return true;
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT fingerprint FROM operation_key WHERE key = $1", key.key));
  if (rows.empty()) return MakeError(Code::kAborted, "LOST_RACE", "the key was freed meanwhile");
  if (rows[0].Text(0) == key.fingerprint) return false;
  return MakeError(Code::kAlreadyExists, "IDEMPOTENCY_CONFLICT",
                   "this request_id was used before for another request");
}

}  // namespace muara::bus
