#include "services/channels/email/app/mail_intake.h"

#include <algorithm>
#include <chrono>

#include "libs/log/log.h"
#include "libs/log/trace.h"
#include "services/channels/email/domain/fingerprint.h"
#include "services/channels/email/send/reply_mail.h"
#include "services/channels/email/wire/submission.h"

namespace muara::email {
namespace {

using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;

// Below the ten minutes that a peer waits for the answer to its mail (RFC 5321, 4.5.3.2.6).
constexpr int kSubmitMaxMs = 20'000;

const char* NameOf(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kAccepted:
      return "accepted";
    case VerdictKind::kTryLater:
      return "later";
    case VerdictKind::kRefused:
      return "refused";
  }
  return "";
}

// Only what is wrong with the mail itself ends it; a core that is away, busy or set up wrongly is
// mended some day, and until then the peer keeps the mail.
Verdict VerdictOn(const Error& error) {
  if (error.code == Code::kInvalidArgument) {
    return {VerdictKind::kRefused, "554 5.6.0 this message cannot be accepted"};
  }
  return {VerdictKind::kTryLater, "451 4.3.0 not now, try again later"};
}

}  // namespace

Verdict MailIntake::Take(const ReceivedMail& received) {
  const trace::Scope scope(trace::NewTrace());
  const auto begin = std::chrono::steady_clock::now();
  const Result<Verdict> verdict = [&]() -> Result<Verdict> {
    ASSIGN_OR_RETURN(const SubmitRequest request, Prepare(received));
    return Submit(request);
  }();
  if (!verdict.ok()) log::Failed("mail not taken", verdict.error());
  const Verdict given = verdict.ok() ? *verdict : VerdictOn(verdict.error());
  Tell(received, given,
       std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return given;
}

std::vector<std::string> MailIntake::EndpointsOf(const ReceivedMail& received) const {
  std::vector<std::string> ids;
  for (const std::string& recipient : received.recipients) {
    const Endpoint* endpoint = endpoints_.Find(recipient);
    if (endpoint == nullptr) continue;
    if (std::find(ids.begin(), ids.end(), endpoint->id) == ids.end()) ids.push_back(endpoint->id);
  }
  return ids;
}

Result<connector::v1::Attachment> MailIntake::Upload(const Attachment& attachment) {
  connector::v1::UploadAttachmentRequest request;
  request.set_file_name(attachment.file_name);
  request.set_content_type(attachment.content_type);
  request.set_content(attachment.bytes);
  return core_.Ask<connector::v1::Attachment>("muara.connector.v1.Attachments/UploadAttachment",
                                              request, {.deadline_ms = kSubmitMaxMs});
}

Result<SubmitRequest> MailIntake::Prepare(const ReceivedMail& received) {
  wire::StoredMail stored;
  stored.received = clock_.Now();
  stored.content_digest = ContentDigest(received.data);
  ASSIGN_OR_RETURN(ParsedMail mail,
                   parser_.Parse(received.data, {received.sender, received.recipients}));
  // An answer to ourselves would go round, and one to no address nowhere.
  std::erase_if(mail.reply_to, [&](const Mailbox& mailbox) {
    return !IsSendableAddress(mailbox.address) || endpoints_.Find(mailbox.address) != nullptr;
  });
  ASSIGN_OR_RETURN(stored.raw_reference, blobs_.Put(received.data));
  for (const Attachment& attachment : mail.attachments) {
    ASSIGN_OR_RETURN(connector::v1::Attachment kept, Upload(attachment));
    stored.attachments.push_back(std::move(kept));
  }
  SubmitRequest request;
  for (const std::string& id : EndpointsOf(received)) {
    *request.add_submissions() = wire::ToSubmission(mail, stored, id);
  }
  std::string defects;
  for (const std::string& defect : mail.defects) defects += (defects.empty() ? "" : " ") + defect;
  log::Info("mail read", {{"bytes", received.data.size()},
                          {"attachments", mail.attachments.size()},
                          {"endpoints", request.submissions_size()},
                          {"origin", static_cast<int>(mail.origin)},
                          {"hints", mail.thread_hints.size()},
                          {"defects", defects}});
  return request;
}

Result<Verdict> MailIntake::Submit(const SubmitRequest& request) {
  ASSIGN_OR_RETURN(const SubmitResponse response,
                   core_.Ask<SubmitResponse>("muara.connector.v1.Intake/Submit", request,
                                             {.deadline_ms = kSubmitMaxMs}));
  if (response.results_size() != request.submissions_size()) {
    return MakeError(Code::kUnavailable, "CORE_ANSWERED_ODDLY", "results do not match submissions");
  }
  // One mailbox that has it is enough: a refusal would bounce the mail though it is kept.
  Verdict verdict{VerdictKind::kRefused, "554 5.6.0 this message cannot be accepted"};
  for (const SubmitResult& result : response.results()) {
    log::Info("mail submitted", {{"outcome", static_cast<int>(result.outcome())},
                                 {"reason", result.reason()},
                                 {"ticket_id", result.ticket_id()},
                                 {"interaction_id", result.interaction_id()},
                                 {"opened", result.ticket_opened()}});
    if (result.outcome() == SubmitResult::OUTCOME_ACCEPTED ||
        result.outcome() == SubmitResult::OUTCOME_DUPLICATE) {
      verdict = {VerdictKind::kAccepted, "250 2.0.0 accepted"};
    }
  }
  return verdict;
}

void MailIntake::Tell(const ReceivedMail& received, const Verdict& verdict, double seconds) {
  metrics_.Count("muara_email_mails_total", {{"verdict", NameOf(verdict.kind)}});
  metrics_.Count("muara_email_received_bytes_total", {}, static_cast<double>(received.data.size()));
  metrics_.ObserveSeconds("muara_email_intake_seconds", {}, seconds);
}

}  // namespace muara::email
