#include "services/channels/email/mime/body_walk.h"

#include <algorithm>
#include <string>

#include "libs/base/content_type.h"
#include "libs/base/crypto.h"
#include "libs/base/text.h"
#include "services/channels/email/domain/bounce.h"
#include "services/channels/email/domain/flowed.h"
#include "services/channels/email/domain/html_text.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/mime/charset.h"
#include "services/channels/email/mime/gmime_handle.h"

namespace muara::email {
namespace {

constexpr int kDepthMax = 50;
constexpr size_t kDefectsMax = 30;

std::string BytesOf(GMimeStream* stream) {
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
  return std::string(reinterpret_cast<const char*>(array->data), array->len);
}

std::string DecodedContent(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return "";
  const Owned<GMimeStream> sink(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, sink.get());
  return BytesOf(sink.get());
}

std::string TypeOf(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  if (type == nullptr) return "text/plain";
  const OwnedText text(g_mime_content_type_get_mime_type(type));
  return LowerAscii(OrEmpty(text.get()));
}

std::string Parameter(GMimeObject* object, const char* name) {
  return OrEmpty(g_mime_object_get_content_type_parameter(object, name));
}

class Walker {
 public:
  explicit Walker(ParsedMail& mail) : mail_(mail) {}

  void Visit(GMimeObject* object, int depth) {
    if (object == nullptr) return;
    if (depth > kDepthMax) return AddDefect(mail_, "NESTED_TOO_DEEP");
    if (GMIME_IS_MULTIPART(object)) return VisitMultipart(object, depth);
    if (GMIME_IS_MESSAGE_PART(object)) return VisitMessage(object);
    if (GMIME_IS_PART(object)) VisitPart(GMIME_PART(object));
  }

  void Finish() {
    Cap(text_, kTextMaxBytes, "TEXT_CUT");
    Cap(html_, kHtmlMaxBytes, "HTML_CUT");
    mail_.html = std::move(html_);
    mail_.text = Trim(text_).empty() ? HtmlToText(mail_.html) : std::move(text_);
  }

 private:
  void VisitMultipart(GMimeObject* object, int depth) {
    if (TypeOf(object) == "multipart/report" && depth == 0) {
      mail_.is_report = true;
      mail_.report_type = LowerAscii(CleanLine(Parameter(object, "report-type")));
    }
    GMimeMultipart* multipart = GMIME_MULTIPART(object);
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; ++i) Visit(g_mime_multipart_get_part(multipart, i), depth + 1);
    if (count > 0) return;
    // A multipart without parts: its text stands before the boundary that never came.
    AddDefect(mail_, "MULTIPART_WITHOUT_PARTS");
    AppendText(CleanText(OrEmpty(g_mime_multipart_get_prologue(multipart))));
  }

  void VisitMessage(GMimeObject* object) {
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (inner == nullptr) return;
    const char* id = g_mime_object_get_header(GMIME_OBJECT(inner), "Message-Id");
    NoteReturnedId(MessageIds(OrEmpty(id)));
    const Owned<GMimeStream> sink(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(inner), nullptr, sink.get());
    const std::string subject = CleanLine(OrEmpty(g_mime_message_get_subject(inner)));
    AddAttachment(BytesOf(sink.get()), "message/rfc822", subject.empty() ? "" : subject + ".eml",
                  "");
  }

  void VisitPart(GMimePart* part) {
    const std::string type = TypeOf(GMIME_OBJECT(part));
    const std::string name = OrEmpty(g_mime_part_get_filename(part));
    if (type == "message/delivery-status" && mail_.bounce_reports.empty()) {
      mail_.bounce_reports = ParseDeliveryStatus(CleanText(DecodedContent(part)));
    }
    if (type == "text/rfc822-headers") {
      const std::string id = FindReturnedMessageId(CleanText(DecodedContent(part)));
      if (!id.empty()) NoteReturnedId({id});
    }
    const bool attached = g_mime_part_is_attachment(part) || !name.empty();
    if (type == "text/html" && !attached) return AppendHtml(TextContent(part));
    if (type == "text/plain" && !attached) return AppendText(PlainText(part));
    AddAttachment(DecodedContent(part), type, name, OrEmpty(g_mime_part_get_content_id(part)));
  }

  std::string TextContent(GMimePart* part) {
    return ToUtf8(DecodedContent(part), Parameter(GMIME_OBJECT(part), "charset"));
  }

  std::string PlainText(GMimePart* part) {
    const std::string text = TextContent(part);
    if (!EqualNoCase(Parameter(GMIME_OBJECT(part), "format"), "flowed")) return text;
    const bool drops = EqualNoCase(Parameter(GMIME_OBJECT(part), "delsp"), "yes");
    return Unflow(text, drops ? SoftBreak::kDropsSpace : SoftBreak::kKeepsSpace);
  }

  void AddAttachment(std::string bytes, const std::string& declared_type, const std::string& name,
                     const std::string& content_id) {
    if (mail_.attachments.size() >= kAttachmentsMax) {
      return AddDefect(mail_, "TOO_MANY_ATTACHMENTS");
    }
    if (bytes.size() > kAttachmentMaxBytes) return AddDefect(mail_, "ATTACHMENT_TOO_LARGE");
    Attachment attachment;
    attachment.content_type = SniffContentType(bytes, declared_type);
    attachment.file_name =
        SafeFileName(name, attachment.content_type, mail_.attachments.size() + 1);
    attachment.content_id = CleanLine(CutUtf8(content_id, kMessageIdMaxBytes));
    attachment.sha256_hex = ToHex(Sha256(bytes));
    attachment.bytes = std::move(bytes);
    mail_.attachments.push_back(std::move(attachment));
  }

  void NoteReturnedId(const std::vector<std::string>& ids) {
    if (mail_.is_report && mail_.bounced_message_id.empty() && !ids.empty()) {
      mail_.bounced_message_id = ids.front();
    }
  }

  void AppendText(const std::string& text) { Append(text, kTextMaxBytes, text_); }
  void AppendHtml(const std::string& html) { Append(html, kHtmlMaxBytes, html_); }

  // One byte more than the cap is enough to know that it was cut.
  void Append(const std::string& more, size_t size_max_bytes, std::string& to) {
    if (!to.empty() && !to.ends_with('\n')) to += '\n';
    if (to.size() <= size_max_bytes) to += more.substr(0, size_max_bytes + 4);
  }

  void Cap(std::string& text, size_t size_max_bytes, const char* defect) {
    if (text.size() <= size_max_bytes) return;
    text = std::string(CutUtf8(text, size_max_bytes));
    AddDefect(mail_, defect);
  }

  ParsedMail& mail_;
  std::string text_;
  std::string html_;
};

}  // namespace

void AddDefect(ParsedMail& mail, const char* defect) {
  if (mail.defects.size() >= kDefectsMax) return;
  if (std::find(mail.defects.begin(), mail.defects.end(), defect) == mail.defects.end()) {
    mail.defects.emplace_back(defect);
  }
}

void WalkBody(GMimeMessage* message, ParsedMail& mail) {
  Walker walker(mail);
  walker.Visit(g_mime_message_get_mime_part(message), 0);
  walker.Finish();
}

}  // namespace muara::email
