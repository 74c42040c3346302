// Sends what the core asks for, each delivery once: begun and its end are written down around the
// sending, so that after any crash it is known what is known and what is not. Thread-safe; one at a
// time for a conversation.
#pragma once

#include <string>

#include "libs/base/time.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/client.h"
#include "libs/sql/database.h"
#include "muara/connector/v1/attachments.pb.h"
#include "services/channels/email/app/in_flight.h"
#include "services/channels/email/domain/delivery.h"
#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/domain/understand.h"
#include "services/channels/email/send/reply_mail.h"
#include "services/channels/email/send/smtp_sender.h"

namespace muara::email {

class Deliveries {
 public:
  // All outlive it.
  Deliveries(sql::Database& database, rpc::Client& core, const Endpoints& endpoints,
             const Identity& identity, const SmtpSender& sender, const Clock& clock,
             metrics::Registry& metrics)
      : database_(database),
        core_(core),
        endpoints_(endpoints),
        identity_(identity),
        sender_(sender),
        clock_(clock),
        metrics_(metrics) {}

  // The error is kUnavailable when the store is away before anything was sent. An outcome that
  // could not be written down is still told; asked again, it is unknown.
  Result<DeliveryOutcome> Deliver(const Delivery& delivery);

 private:
  struct Outgoing {
    std::string envelope_sender;
    std::string message;
  };

  DeliveryOutcome Send(const Delivery& delivery) const;
  Result<Outgoing> Build(const Delivery& delivery) const;
  Status AddAttachments(const Delivery& delivery, ReplyMail& reply) const;
  void Record(const Delivery& delivery, const DeliveryOutcome& outcome);

  sql::Database& database_;
  rpc::Client& core_;
  const Endpoints& endpoints_;
  const Identity& identity_;
  const SmtpSender& sender_;
  const Clock& clock_;
  metrics::Registry& metrics_;
  InFlight in_flight_;
};

}  // namespace muara::email
