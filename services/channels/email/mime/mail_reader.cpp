#include "services/channels/email/mime/mail_reader.h"

#include "libs/base/text.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/mime/body_walk.h"
#include "services/channels/email/mime/gmime_handle.h"

namespace muara::email {
namespace {

constexpr size_t kHeaderValueMaxBytes = 8 * 1024;
constexpr size_t kAddressMaxBytes = 320;
constexpr size_t kNameMaxBytes = 200;
constexpr int kGroupsDeepMax = 8;
constexpr int64_t kDateMaxSeconds = 253'402'300'799;  // the year 9999

const char* WarningName(GMimeParserWarning warning) {
  switch (warning) {
    case GMIME_WARN_DUPLICATED_HEADER:
    case GMIME_CRIT_CONFLICTING_HEADER:
      return "HEADER_TWICE";
    case GMIME_WARN_DUPLICATED_PARAMETER:
    case GMIME_CRIT_CONFLICTING_PARAMETER:
      return "PARAMETER_TWICE";
    case GMIME_WARN_UNENCODED_8BIT_HEADER:
      return "HEADER_NOT_ASCII";
    case GMIME_WARN_INVALID_CONTENT_TYPE:
      return "CONTENT_TYPE_MALFORMED";
    case GMIME_WARN_INVALID_RFC2047_HEADER_VALUE:
      return "ENCODED_WORD_MALFORMED";
    case GMIME_WARN_MALFORMED_MULTIPART:
      return "MULTIPART_MALFORMED";
    case GMIME_WARN_TRUNCATED_MESSAGE:
      return "MESSAGE_TRUNCATED";
    case GMIME_WARN_MALFORMED_MESSAGE:
      return "MESSAGE_MALFORMED";
    case GMIME_CRIT_INVALID_HEADER_NAME:
      return "HEADER_NAME_MALFORMED";
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY:
      return "MULTIPART_WITHOUT_BOUNDARY";
    case GMIME_WARN_INVALID_PARAMETER:
      return "PARAMETER_MALFORMED";
    case GMIME_WARN_INVALID_ADDRESS_LIST:
      return "ADDRESS_MALFORMED";
    case GMIME_CRIT_NESTING_OVERFLOW:
      return "NESTED_TOO_DEEP";
    case GMIME_WARN_PART_WITHOUT_CONTENT:
    case GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT:
      return "PART_WITHOUT_CONTENT";
  }
  return "MALFORMED";
}

void OnWarning(gint64, GMimeParserWarning warning, const gchar*, gpointer mail) {
  AddDefect(*static_cast<ParsedMail*>(mail), WarningName(warning));
}

OwnedParserOptions MakeOptions(ParsedMail& mail) {
  OwnedParserOptions options(g_mime_parser_options_new());
  const char* charsets[] = {"utf-8", "windows-1252", "iso-8859-1", nullptr};
  g_mime_parser_options_set_fallback_charsets(options.get(), charsets);
  g_mime_parser_options_set_warning_callback(options.get(), OnWarning, &mail);
  return options;
}

Owned<GMimeMessage> Construct(std::string_view screened, ParsedMail& mail) {
  const Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(screened.data(), screened.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const OwnedParserOptions options = MakeOptions(mail);
  return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), options.get()));
}

void CopyMailboxes(InternetAddressList* list, int depth, std::vector<Mailbox>& out) {
  if (list == nullptr || depth > kGroupsDeepMax) return;
  const int count = internet_address_list_length(list);
  for (int i = 0; i < count && out.size() < kMailboxesMax; ++i) {
    InternetAddress* address = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      auto* group = INTERNET_ADDRESS_GROUP(address);
      CopyMailboxes(internet_address_group_get_members(group), depth + 1, out);
      continue;
    }
    if (!INTERNET_ADDRESS_IS_MAILBOX(address)) continue;
    const char* text = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
    std::string value = CleanLine(CutUtf8(OrEmpty(text), kAddressMaxBytes));
    const size_t at_sign = value.rfind('@');
    if (at_sign != std::string::npos) {
      value = value.substr(0, at_sign) + LowerAscii(std::string_view(value).substr(at_sign));
    }
    const std::string name = CleanLine(OrEmpty(internet_address_get_name(address)));
    if (value.empty() && name.empty()) continue;
    out.push_back({std::string(CutUtf8(name, kNameMaxBytes)), std::move(value)});
  }
}

void CopyHeaders(GMimeMessage* message, ParsedMail& mail) {
  GMimeHeaderList* list = g_mime_object_get_header_list(GMIME_OBJECT(message));
  const int count = g_mime_header_list_get_count(list);
  for (int i = 0; i < count; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    const std::string value = CleanLine(OrEmpty(g_mime_header_get_value(header)));
    mail.headers.push_back({CleanLine(OrEmpty(g_mime_header_get_name(header))),
                            std::string(CutUtf8(value, kHeaderValueMaxBytes))});
  }
}

void CopyIds(GMimeMessage* message, ParsedMail& mail) {
  const auto raw = [&](const char* name) {
    GMimeHeaderList* list = g_mime_object_get_header_list(GMIME_OBJECT(message));
    GMimeHeader* header = g_mime_header_list_get_header(list, name);
    return CleanLine(header == nullptr ? "" : OrEmpty(g_mime_header_get_raw_value(header)));
  };
  const std::string id = raw("Message-Id");
  const std::vector<std::string> ids = MessageIds(id);
  mail.message_id = !ids.empty() ? ids.front() : id.substr(0, kMessageIdMaxBytes);
  mail.in_reply_to = MessageIds(raw("In-Reply-To"));
  mail.references = MessageIds(raw("References"));
  const std::string path = raw("Return-Path");
  if (path.empty()) return;
  const std::vector<std::string> bracketed = MessageIds(path);
  if (!bracketed.empty()) {
    mail.return_path = bracketed.front();
  } else {
    mail.return_path = path.find('<') == std::string::npos ? path : "";
  }
}

void CopyDate(GMimeMessage* message, ParsedMail& mail) {
  GDateTime* date = g_mime_message_get_date(message);
  if (date == nullptr) return;
  const int64_t seconds = g_date_time_to_unix(date);
  if (seconds >= 0 && seconds <= kDateMaxSeconds) mail.date = FromMicros(seconds * 1'000'000);
}

}  // namespace

ParsedMail ReadMail(std::string_view screened) {
  ParsedMail mail;
  const Owned<GMimeMessage> message = Construct(screened, mail);
  if (message == nullptr) {
    AddDefect(mail, "NO_HEADER");
    mail.text = CutUtf8(CleanText(screened), kTextMaxBytes);
    return mail;
  }
  CopyHeaders(message.get(), mail);
  CopyIds(message.get(), mail);
  CopyMailboxes(g_mime_message_get_from(message.get()), 0, mail.from);
  CopyMailboxes(g_mime_message_get_to(message.get()), 0, mail.to);
  CopyMailboxes(g_mime_message_get_cc(message.get()), 0, mail.cc);
  CopyMailboxes(g_mime_message_get_reply_to(message.get()), 0, mail.reply_to);
  mail.subject =
      CutUtf8(CleanLine(OrEmpty(g_mime_message_get_subject(message.get()))), kSubjectMaxBytes);
  CopyDate(message.get(), mail);
  WalkBody(message.get(), mail);
  if (mail.headers.empty() && mail.text.empty() && mail.attachments.empty()) {
    AddDefect(mail, "NO_HEADER");
    mail.text = CutUtf8(CleanText(screened), kTextMaxBytes);
  }
  return mail;
}

}  // namespace muara::email
