// A mail as the core's intake takes it. Everything is cut to the contract's limits here, so that no
// odd mail can be refused for its form.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/channels/email/domain/mail.h"

namespace muara::email::wire {

struct StoredMail {
  std::string raw_reference;
  std::vector<connector::v1::Attachment> attachments;  // as the core has them, in the mail's order
  std::string content_digest;
  Time received;
};

connector::v1::Submission ToSubmission(const ParsedMail& mail, const StoredMail& stored,
                                       const std::string& endpoint_id);

}  // namespace muara::email::wire
