#include "services/channels/email/store/deliveries.h"

namespace muara::email::store {
namespace {

constexpr Duration kKept = std::chrono::hours(24 * 60);
constexpr int kForgottenPerBegin = 2;  // more than come in: the table cannot grow for ever

Status ForgetOldOnes(sql::Tx& tx, Time now) {
  return tx.Post(
      "DELETE FROM email_delivery WHERE delivery_id IN (SELECT delivery_id FROM "
      "email_delivery WHERE updated_us < $1 ORDER BY updated_us LIMIT $2)",
      ToMicros(now - kKept), kForgottenPerBegin);
}

Status MarkBegun(sql::Tx& tx, const Delivery& delivery, Time now) {
  return tx.Post(
      "UPDATE email_delivery SET state = $2, attempt = $3, updated_us = $4 WHERE delivery_id = $1",
      delivery.id, DeliveryState::kAttempting, delivery.attempt, ToMicros(now));
}

// Whether a delivery that stands in this state may be sent now.
bool MayBeSent(DeliveryState state, int64_t attempt_before, int attempt) {
  switch (state) {
    case DeliveryState::kAttempting:
    case DeliveryState::kAccepted:
      return false;
    case DeliveryState::kRetry:
    case DeliveryState::kEndpointFault:
    case DeliveryState::kCallerFault:
      return true;
    case DeliveryState::kRejected:
    case DeliveryState::kUnknown:
      return attempt > attempt_before;  // someone who knew of it decided to try again
  }
  return false;
}

}  // namespace

Result<std::optional<DeliveryOutcome>> Begin(sql::Tx& tx, const Delivery& delivery, Time now) {
  RETURN_IF_ERROR(ForgetOldOnes(tx, now));
  ASSIGN_OR_RETURN(
      const int64_t added,
      tx.Execute("INSERT INTO email_delivery (delivery_id, state, attempt, provider_message_id, "
                 "reason, detail, updated_us) VALUES ($1, $2, $3, '', '', '', $4) "
                 "ON CONFLICT (delivery_id) DO NOTHING",
                 delivery.id, DeliveryState::kAttempting, delivery.attempt, ToMicros(now)));
  if (added == 1) return std::optional<DeliveryOutcome>();
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT state, attempt, provider_message_id, reason, detail FROM "
                            "email_delivery WHERE delivery_id = $1 FOR UPDATE",
                            delivery.id));
  if (rows.empty()) return MakeError(Code::kAborted, "DELIVERY_MOVED", "read it again");
  DeliveryOutcome known{static_cast<DeliveryState>(rows[0].Int(0)), rows[0].Text(2),
                        rows[0].Text(3), rows[0].Text(4)};
  if (MayBeSent(known.state, rows[0].Int(1), delivery.attempt)) {
    RETURN_IF_ERROR(MarkBegun(tx, delivery, now));
    return std::optional<DeliveryOutcome>();
  }
  if (known.state == DeliveryState::kAttempting) {
    known = {DeliveryState::kUnknown, "", "ATTEMPT_CUT_OFF",
             "an earlier attempt ended without a result; it may have been sent"};
    RETURN_IF_ERROR(MarkBegun(tx, delivery, now));
    RETURN_IF_ERROR(Finish(tx, delivery.id, known, now));
  }
  return std::optional<DeliveryOutcome>(known);
}

Status Finish(sql::Tx& tx, const std::string& delivery_id, const DeliveryOutcome& outcome,
              Time now) {
  return tx.Post(
      "UPDATE email_delivery SET state = $2, provider_message_id = $3, reason = $4, detail = $5, "
      "updated_us = $6 WHERE delivery_id = $1",
      delivery_id, outcome.state, outcome.provider_message_id, outcome.reason, outcome.detail,
      ToMicros(now));
}

}  // namespace muara::email::store
