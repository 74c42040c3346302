#include "services/channels/email/wire/submission.h"

#include <algorithm>

#include "libs/base/text.h"
#include "services/channels/email/domain/fingerprint.h"

namespace muara::email::wire {
namespace {

constexpr size_t kPointMaxBytes = 320;
constexpr size_t kNameMaxBytes = 256;
constexpr size_t kHintsMax = 50;
constexpr size_t kReferencesToldMax = 50;
constexpr size_t kEvidenceMax = 50;
// Mail systems report without any address; the contact of all of them.
constexpr char kNobody[] = "mailer-daemon@unknown.invalid";

void SetPoint(const Mailbox& mailbox, connector::v1::ContactPoint& point) {
  point.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
  point.set_value(LowerAscii(CutUtf8(mailbox.address, kPointMaxBytes)));
  point.set_display_name(std::string(CutUtf8(mailbox.name, kNameMaxBytes)));
  point.set_assurance(connector::v1::ASSURANCE_CLAIMED);
}

Mailbox SenderOf(const ParsedMail& mail) {
  for (const Mailbox& mailbox : mail.from) {
    if (!mailbox.address.empty()) return mailbox;
  }
  const std::string path = mail.return_path.value_or("");
  return {mail.from.empty() ? "" : mail.from.front().name, path.empty() ? kNobody : path};
}

connector::v1::Origin ToProto(Origin origin) {
  switch (origin) {
    case Origin::kHuman:
      return connector::v1::ORIGIN_HUMAN;
    case Origin::kAutoReply:
      return connector::v1::ORIGIN_AUTO_REPLY;
    case Origin::kBulk:
      return connector::v1::ORIGIN_BULK;
    case Origin::kBounce:
      return connector::v1::ORIGIN_BOUNCE;
    case Origin::kOwnLoop:
      return connector::v1::ORIGIN_OWN_LOOP;
  }
  return connector::v1::ORIGIN_UNSPECIFIED;
}

connector::v1::HintKind ToProto(HintKind kind) {
  switch (kind) {
    case HintKind::kReplyToken:
      return connector::v1::HINT_KIND_REPLY_TOKEN;
    case HintKind::kInReplyTo:
      return connector::v1::HINT_KIND_REPLY_TO_MESSAGE;
    case HintKind::kReference:
      return connector::v1::HINT_KIND_REFERENCE;
    case HintKind::kSubjectTag:
      return connector::v1::HINT_KIND_SUBJECT_TAG;
  }
  return connector::v1::HINT_KIND_UNSPECIFIED;
}

void SetContent(const ParsedMail& mail, const StoredMail& stored, connector::v1::Content& content) {
  content.set_subject(mail.subject);
  content.set_text(mail.text);
  content.set_html(mail.html);
  content.set_visible_text(mail.visible_text);
  for (size_t i = 0; i < mail.attachments.size(); ++i) {
    const Attachment& from = mail.attachments[i];
    connector::v1::Attachment& to = *content.add_attachments();
    to = stored.attachments[i];
    to.set_inline_(!from.content_id.empty() &&
                   mail.html.find(from.content_id) != std::string::npos);
  }
}

void SetThread(const ParsedMail& mail, connector::v1::Submission& submission) {
  for (const ThreadHint& hint : mail.thread_hints) {
    if (submission.hints_size() >= static_cast<int>(kHintsMax)) break;
    connector::v1::ThreadHint& to = *submission.add_hints();
    to.set_kind(ToProto(hint.kind));
    to.set_value(hint.value);
  }
  const size_t told = std::min(mail.references.size(), kReferencesToldMax);
  for (auto id = mail.references.end() - told; id != mail.references.end(); ++id) {
    submission.add_references(*id);
  }
}

}  // namespace

connector::v1::Submission ToSubmission(const ParsedMail& mail, const StoredMail& stored,
                                       const std::string& endpoint_id) {
  connector::v1::Submission submission;
  submission.set_idempotency_key(SubmissionKey(endpoint_id, stored.content_digest));
  submission.set_payload_digest(stored.content_digest);
  submission.set_channel(connector::v1::CHANNEL_EMAIL);
  submission.set_endpoint(endpoint_id);
  submission.set_provider_message_id(mail.message_id);
  if (mail.date) submission.mutable_sent_at()->set_seconds(ToMicros(*mail.date) / 1'000'000);
  submission.mutable_received_at()->set_seconds(ToMicros(stored.received) / 1'000'000);
  SetPoint(SenderOf(mail), *submission.mutable_sender());
  if (!mail.reply_to.empty()) SetPoint(mail.reply_to.front(), *submission.mutable_reply_to());
  for (const auto* list : {&mail.to, &mail.cc}) {
    for (const Mailbox& mailbox : *list) {
      if (submission.recipients_size() >= static_cast<int>(kMailboxesMax)) break;
      if (!mailbox.address.empty()) SetPoint(mailbox, *submission.add_recipients());
    }
  }
  SetContent(mail, stored, *submission.mutable_content());
  SetThread(mail, submission);
  submission.set_origin(ToProto(mail.origin));
  for (const std::string& line : mail.origin_evidence) {
    if (submission.evidence_size() < static_cast<int>(kEvidenceMax)) submission.add_evidence(line);
  }
  submission.set_raw_reference(stored.raw_reference);
  return submission;
}

}  // namespace muara::email::wire
