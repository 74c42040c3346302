// What a connector submits, checked against every limit.
#include "libs/base/text.h"
#include "services/ticket/wire/contacts.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket::wire {
namespace {

constexpr size_t kHtmlBytesMax = 1024 * 1024;
constexpr size_t kHintsMax = 50;
constexpr size_t kEvidenceMax = 50;
constexpr size_t kIdBytesMax = 1000;

class Checks {
 public:
  void Size(const char* field, const std::string& value, size_t minimum, size_t maximum) {
    if (value.size() >= minimum && value.size() <= maximum) return;
    That(false, field,
         value.size() < minimum ? "is required"
                                : "is longer than " + std::to_string(maximum) + " bytes");
  }
  void That(bool holds, const char* field, const std::string& problem) {
    if (!holds) violations_.push_back({field, problem});
  }
  std::vector<Violation>& violations() { return violations_; }

 private:
  std::vector<Violation> violations_;
};

// No store keeps a NUL in text, and a message is not lost for the sake of one.
std::string WithoutNul(std::string text) {
  std::erase(text, '\0');
  return text;
}

std::string Cut(const std::string& long_text, size_t bytes_max) {
  return std::string(CutUtf8(WithoutNul(long_text), bytes_max));
}

void CheckAttachments(Checks& checks,
                      const google::protobuf::RepeatedPtrField<connector::v1::Attachment>& all) {
  checks.That(static_cast<size_t>(all.size()) <= kAttachmentsMax, "attachments",
              "are more than " + std::to_string(kAttachmentsMax));
  for (const auto& one : all) {
    checks.Size("attachments.reference", one.reference(), 1, 500);
    checks.Size("attachments.file_name", one.file_name(), 0, 255);
    checks.Size("attachments.content_type", one.content_type(), 0, 255);
    checks.That(one.size_bytes() >= 0 && one.size_bytes() <= kAttachmentBytesMax,
                "attachments.size_bytes", "is not 0 to 25 MiB");
  }
}

void CheckPoint(Checks& checks, const char* field, const connector::v1::ContactPoint& point) {
  checks.Size(field, point.value(), 1, kPointBytesMax);
  checks.That(point.kind() != connector::v1::CONTACT_POINT_KIND_UNSPECIFIED &&
                  connector::v1::ContactPointKind_IsValid(point.kind()),
              field, "has no known kind");
}

// What somebody merely says is no more than that, whatever the channel thinks of it.
ContactPoint Claimed(const connector::v1::ContactPoint& in) {
  ContactPoint point = FromProto(in);
  point.value = WithoutNul(point.value);
  point.display_name = Cut(point.display_name, kNameBytesMax);
  point.assurance = Assurance::kClaimed;
  return point;
}

Attachment FromProto(const connector::v1::Attachment& one) {
  return {one.reference(),    WithoutNul(one.file_name()),
          one.content_type(), one.size_bytes(),
          one.sha256(),       one.inline_()};
}

std::vector<Violation> ProblemsOf(const connector::v1::Submission& in) {
  Checks checks;
  checks.Size("idempotency_key", in.idempotency_key(), 1, 200);
  checks.Size("payload_digest", in.payload_digest(), 1, 200);
  checks.Size("endpoint", in.endpoint(), 1, kPointBytesMax);
  checks.Size("provider_message_id", in.provider_message_id(), 0, kIdBytesMax);
  checks.Size("conversation", in.conversation(), 0, kPointBytesMax);
  checks.Size("raw_reference", in.raw_reference(), 0, kIdBytesMax);
  checks.Size("sender.value", in.sender().value(), 1, kPointBytesMax);
  checks.Size("content.text", in.content().text(), 0, kTextBytesMax);
  checks.Size("content.visible_text", in.content().visible_text(), 0, kTextBytesMax);
  checks.Size("content.html", in.content().html(), 0, kHtmlBytesMax);
  checks.That(in.channel() != connector::v1::CHANNEL_UNSPECIFIED &&
                  connector::v1::Channel_IsValid(in.channel()),
              "channel", "is required");
  checks.That(in.sender().kind() != connector::v1::CONTACT_POINT_KIND_UNSPECIFIED &&
                  connector::v1::ContactPointKind_IsValid(in.sender().kind()),
              "sender.kind", "is required");
  checks.That(connector::v1::Assurance_IsValid(in.sender().assurance()), "sender.assurance",
              "is unknown");
  checks.That(static_cast<size_t>(in.claimed_points_size()) <= kClaimsMax, "claimed_points",
              "are more than " + std::to_string(kClaimsMax));
  for (const auto& point : in.claimed_points()) CheckPoint(checks, "claimed_points", point);
  if (in.has_reply_to()) CheckPoint(checks, "reply_to", in.reply_to());
  checks.That(connector::v1::Origin_IsValid(in.origin()), "origin", "is unknown");
  checks.That(static_cast<size_t>(in.hints_size()) <= kHintsMax, "hints", "are more than 50");
  for (const auto& hint : in.hints()) {
    checks.That(hint.kind() != connector::v1::HINT_KIND_OPEN_TICKET, "hints.kind",
                "is found by the core, not hinted");
  }
  checks.That(static_cast<size_t>(in.references_size()) <= kReferencesMax, "references",
              "are more than 50");
  checks.That(static_cast<size_t>(in.evidence_size()) <= kEvidenceMax, "evidence",
              "is more than 50");
  CheckAttachments(checks, in.content().attachments());
  return std::move(checks.violations());
}

}  // namespace

Result<std::vector<Attachment>> FromProto(
    const google::protobuf::RepeatedPtrField<connector::v1::Attachment>& attachments) {
  Checks checks;
  CheckAttachments(checks, attachments);
  if (!checks.violations().empty()) return InvalidFields(std::move(checks.violations()));
  std::vector<Attachment> out;
  for (const auto& one : attachments) out.push_back(FromProto(one));
  return out;
}

Result<Submission> FromProto(const connector::v1::Submission& in) {
  if (auto problems = ProblemsOf(in); !problems.empty()) return InvalidFields(std::move(problems));
  Submission out;
  out.idempotency_key = in.idempotency_key();
  out.payload_digest = in.payload_digest();
  out.channel = static_cast<Channel>(in.channel());
  out.endpoint = in.endpoint();
  out.provider_message_id = in.provider_message_id();
  out.sender = FromProto(in.sender());
  if (out.sender.value.empty()) return InvalidFields({{"sender.value", "is blank"}});
  out.sender.display_name = Cut(out.sender.display_name, kNameBytesMax);
  if (in.has_reply_to()) out.reply_to = Claimed(in.reply_to());
  for (const auto& point : in.claimed_points()) out.claims.push_back(Claimed(point));
  // A long subject is cut for the ticket; the raw original keeps it whole.
  out.content = {Cut(in.content().subject(), kSubjectBytesMax),
                 WithoutNul(in.content().text()),
                 WithoutNul(in.content().html()),
                 WithoutNul(in.content().visible_text()),
                 {}};
  for (const auto& one : in.content().attachments()) {
    out.content.attachments.push_back(FromProto(one));
  }
  for (const auto& hint : in.hints()) {
    out.hints.push_back({static_cast<HintKind>(hint.kind()), hint.value()});
  }
  out.origin = in.origin() == connector::v1::ORIGIN_UNSPECIFIED ? Origin::kHuman
                                                                : static_cast<Origin>(in.origin());
  out.evidence.assign(in.evidence().begin(), in.evidence().end());
  out.raw_reference = in.raw_reference();
  out.references.assign(in.references().begin(), in.references().end());
  out.conversation = in.conversation();
  return out;
}

}  // namespace muara::ticket::wire
