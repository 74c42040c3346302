#include "services/channels/email/send/reply_mail.h"

#include <algorithm>

#include "libs/base/content_type.h"
#include "libs/base/text.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/mime/gmime_handle.h"

namespace muara::email {
namespace {

constexpr size_t kRecipientsMax = 100;
constexpr size_t kAddressMaxBytes = 254;
constexpr size_t kNameMaxBytes = 200;
constexpr size_t kReferencesKept = 20;  // RFC 5322 lets the middle go; most programs need the last
constexpr const char* kCharset = "utf-8";

bool IsMessageId(std::string_view id) {
  return id.size() <= kMessageIdMaxBytes && id.find('@') != std::string_view::npos &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"' && c != '\\';
         });
}

Status Check(const ReplyMail& reply) {
  std::vector<Violation> violations;
  const auto check = [&](const char* field, const std::string& address) {
    if (!IsSendableAddress(address)) violations.push_back({field, "not an address"});
  };
  check("from", reply.from.address);
  if (!reply.reply_to.empty()) check("reply_to", reply.reply_to);
  for (const Mailbox& mailbox : reply.to) check("to", mailbox.address);
  for (const Mailbox& mailbox : reply.cc) check("cc", mailbox.address);
  if (reply.to.empty()) violations.push_back({"to", "a recipient is needed"});
  if (reply.to.size() + reply.cc.size() > kRecipientsMax) {
    violations.push_back({"to", "at most 100 recipients"});
  }
  if (!IsMessageId(MakeMessageId(reply.delivery_id, reply.message_domain)) ||
      reply.delivery_id.empty()) {
    violations.push_back({"delivery_id", "makes no message id"});
  }
  if (reply.text.size() > kTextMaxBytes) violations.push_back({"text", "at most 256 KiB"});
  if (reply.attachments.size() > kAttachmentsMax) {
    violations.push_back({"attachments", "at most 20"});
  }
  for (const OutgoingAttachment& attachment : reply.attachments) {
    if (attachment.bytes.size() > kAttachmentMaxBytes) {
      violations.push_back({"attachments", "at most 25 MiB each"});
    }
  }
  if (violations.empty()) return Ok();
  return InvalidFields(std::move(violations));
}

std::string ReplySubject(const ReplyMail& reply) {
  std::string subject(CutUtf8(CleanLine(reply.subject), kSubjectMaxBytes - 4));
  // A notice has a subject of its own, though it belongs to the thread.
  const bool answers = !reply.in_reply_to.empty() && reply.author != Author::kAutomatNotice;
  if (!answers || StartsWithNoCase(subject, "re:")) return subject;
  return "Re: " + subject;
}

void AddMailboxes(GMimeMessage* message, GMimeAddressType type, const std::vector<Mailbox>& list) {
  for (const Mailbox& mailbox : list) {
    const std::string name(CutUtf8(CleanLine(mailbox.name), kNameMaxBytes));
    g_mime_message_add_mailbox(message, type, name.empty() ? nullptr : name.c_str(),
                               mailbox.address.c_str());
  }
}

void SetHeader(GMimeMessage* message, const char* name, const std::string& value) {
  g_mime_object_set_header(GMIME_OBJECT(message), name, value.c_str(), kCharset);
}

void SetThread(GMimeMessage* message, const ReplyMail& reply) {
  if (!IsMessageId(reply.in_reply_to)) return;
  SetHeader(message, "In-Reply-To", "<" + reply.in_reply_to + ">");
  std::vector<std::string> references = reply.references;
  std::erase_if(references,
                [&](const std::string& id) { return !IsMessageId(id) || id == reply.in_reply_to; });
  references.push_back(reply.in_reply_to);
  if (references.size() > kReferencesKept) {
    references.erase(references.begin() + 1, references.end() - (kReferencesKept - 1));
  }
  std::string value;
  for (const std::string& id : references) value += (value.empty() ? "<" : " <") + id + ">";
  SetHeader(message, "References", value);
}

void SetMachineMarks(GMimeMessage* message, const ReplyMail& reply) {
  SetHeader(message, "X-Muara-Loop", CleanLine(reply.message_domain));
  switch (reply.author) {
    case Author::kPerson:
      return;
    case Author::kAutomatReply:
      SetHeader(message, "Auto-Submitted", "auto-replied");
      break;
    case Author::kAutomatNotice:
      SetHeader(message, "Auto-Submitted", "auto-generated");
      break;
  }
  SetHeader(message, "X-Auto-Response-Suppress", "All");
}

Owned<GMimeDataWrapper> Content(const std::string& bytes) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  return Owned<GMimeDataWrapper>(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
}

// Quoted-printable keeps long lines, "From " and dots at line starts safe over any mail system.
Owned<GMimePart> TextPart(const std::string& text) {
  Owned<GMimePart> part(g_mime_part_new_with_type("text", "plain"));
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part.get()), "charset", kCharset);
  const Owned<GMimeDataWrapper> content = Content(CleanText(text) + "\n");
  g_mime_part_set_content(part.get(), content.get());
  g_mime_part_set_content_encoding(part.get(), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return part;
}

Owned<GMimePart> AttachmentPart(const OutgoingAttachment& attachment, size_t number) {
  std::string type = LowerAscii(attachment.content_type);
  const size_t slash = type.find('/');
  if (slash == std::string::npos || CleanLine(type) != type ||
      type.find(' ') != std::string::npos) {
    type = "application/octet-stream";
  }
  const size_t end = type.find('/');
  Owned<GMimePart> part(
      g_mime_part_new_with_type(type.substr(0, end).c_str(), type.substr(end + 1).c_str()));
  const Owned<GMimeDataWrapper> content = Content(attachment.bytes);
  g_mime_part_set_content(part.get(), content.get());
  g_mime_part_set_content_encoding(part.get(), GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(GMIME_OBJECT(part.get()), "attachment");
  const std::string name = SafeFileName(attachment.file_name, type, number);
  g_mime_part_set_filename(part.get(), name.c_str());
  return part;
}

void SetBody(GMimeMessage* message, const ReplyMail& reply) {
  const Owned<GMimePart> text = TextPart(reply.text);
  if (reply.attachments.empty()) {
    return g_mime_message_set_mime_part(message, GMIME_OBJECT(text.get()));
  }
  const Owned<GMimeMultipart> mixed(g_mime_multipart_new_with_subtype("mixed"));
  g_mime_multipart_add(mixed.get(), GMIME_OBJECT(text.get()));
  for (size_t i = 0; i < reply.attachments.size(); ++i) {
    const Owned<GMimePart> part = AttachmentPart(reply.attachments[i], i + 1);
    g_mime_multipart_add(mixed.get(), GMIME_OBJECT(part.get()));
  }
  g_mime_message_set_mime_part(message, GMIME_OBJECT(mixed.get()));
}

void SetDate(GMimeMessage* message, Time time) {
  GDateTime* date = g_date_time_new_from_unix_utc(ToMicros(time) / 1'000'000);
  if (date == nullptr) return;
  g_mime_message_set_date(message, date);
  g_date_time_unref(date);
}

std::string Write(GMimeMessage* message) {
  const OwnedFormatOptions options(g_mime_format_options_new());
  g_mime_format_options_set_newline_format(options.get(), GMIME_NEWLINE_FORMAT_DOS);
  const Owned<GMimeStream> sink(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(GMIME_OBJECT(message), options.get(), sink.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(sink.get()));
  return std::string(reinterpret_cast<const char*>(array->data), array->len);
}

}  // namespace

bool IsSendableAddress(std::string_view address) {
  const size_t at_sign = address.find('@');
  if (at_sign == 0 || at_sign == std::string_view::npos || at_sign + 1 == address.size()) {
    return false;
  }
  if (address.size() > kAddressMaxBytes || address.rfind('@') != at_sign) return false;
  return IsUtf8(address) && std::all_of(address.begin(), address.end(), [](unsigned char c) {
           return c > ' ' && c != 0x7F &&
                  std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
         });
}

Result<std::string> BuildReplyMail(const ReplyMail& reply) {
  RETURN_IF_ERROR(Check(reply));
  StartGMime();
  const Owned<GMimeMessage> message(g_mime_message_new(TRUE));
  AddMailboxes(message.get(), GMIME_ADDRESS_TYPE_FROM, {reply.from});
  AddMailboxes(message.get(), GMIME_ADDRESS_TYPE_TO, reply.to);
  AddMailboxes(message.get(), GMIME_ADDRESS_TYPE_CC, reply.cc);
  if (!reply.reply_to.empty()) {
    AddMailboxes(message.get(), GMIME_ADDRESS_TYPE_REPLY_TO, {{reply.from.name, reply.reply_to}});
  }
  g_mime_message_set_subject(message.get(), ReplySubject(reply).c_str(), kCharset);
  SetDate(message.get(), reply.date);
  const std::string id = MakeMessageId(reply.delivery_id, reply.message_domain);
  g_mime_message_set_message_id(message.get(), id.c_str());
  SetThread(message.get(), reply);
  SetMachineMarks(message.get(), reply);
  SetBody(message.get(), reply);
  return Write(message.get());
}

}  // namespace muara::email
