// Takes a received mail the whole way: read, kept on disk, its attachments and then
// itself handed to the core. Accepted means that
// both the blob store and the core have it; everything that may pass by itself is "try later".
// Thread-safe; blocks on disk and network, bounded by the call's deadline.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/blob/blobs.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/client.h"
#include "muara/connector/v1/attachments.pb.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/mime/mail_parser.h"
#include "services/channels/email/smtp/session.h"

namespace muara::email {

class MailIntake {
 public:
  // All outlive it.
  MailIntake(const MailParser& parser, const Endpoints& endpoints, blob::Blobs& blobs,
             rpc::Client& core, const Clock& clock, metrics::Registry& metrics)
      : parser_(parser),
        endpoints_(endpoints),
        blobs_(blobs),
        core_(core),
        clock_(clock),
        metrics_(metrics) {}

  // Begins a trace of its own.
  Verdict Take(const ReceivedMail& received);

 private:
  Result<connector::v1::Attachment> Upload(const Attachment& attachment);
  Result<connector::v1::SubmitRequest> Prepare(const ReceivedMail& received);
  Result<Verdict> Submit(const connector::v1::SubmitRequest& request);
  std::vector<std::string> EndpointsOf(const ReceivedMail& received) const;
  void Tell(const ReceivedMail& received, const Verdict& verdict, double seconds);

  const MailParser& parser_;
  const Endpoints& endpoints_;
  blob::Blobs& blobs_;
  rpc::Client& core_;
  const Clock& clock_;
  metrics::Registry& metrics_;
};

}  // namespace muara::email
