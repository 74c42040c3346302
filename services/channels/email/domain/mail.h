// One mail as this connector understands it. All text is valid UTF-8 without NULs; sizes are bytes
// and times UTC. Nothing here is dropped for being odd: what was wrong is named in `defects`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"

namespace muara::email {

inline constexpr size_t kTextMaxBytes = 256 * 1024;
inline constexpr size_t kHtmlMaxBytes = 1024 * 1024;
inline constexpr size_t kSubjectMaxBytes = 998;
inline constexpr size_t kAttachmentMaxBytes = 25 * 1024 * 1024;
inline constexpr size_t kAttachmentsMax = 20;
inline constexpr size_t kMailboxesMax = 200;
inline constexpr size_t kMessageIdMaxBytes = 998;
inline constexpr size_t kReferencesMax = 100;

struct Mailbox {
  std::string name;     // empty where the sender gave none
  std::string address;  // as written, the domain in lower case
};

struct Attachment {
  std::string file_name;     // never empty, without folders
  std::string content_type;  // by its content first, then as declared
  std::string content_id;    // without <>; empty unless the html refers to it
  std::string sha256_hex;
  std::string bytes;
};

struct Header {
  std::string name;
  std::string value;  // decoded and unfolded
};

// What a delivery report says about one recipient.
struct BounceReport {
  std::string recipient;
  std::string action;  // failed, delayed, delivered, relayed, expanded; lower case
  std::string status;  // 5.1.1
};

// What the transport says about a mail, apart from the mail itself.
struct Envelope {
  std::optional<std::string> return_path;  // empty text is the null path; nothing: not known
  std::vector<std::string> recipients;
};

enum class Origin { kHuman, kAutoReply, kBulk, kBounce, kOwnLoop };

enum class HintKind { kReplyToken, kInReplyTo, kReference, kSubjectTag };

struct ThreadHint {
  HintKind kind = HintKind::kInReplyTo;
  std::string value;  // a ticket id, a message id without <>, or the tag's text
  bool ours = false;  // we made this id or signed this token
};

struct ParsedMail {
  std::string message_id;  // without <>; empty where there is none
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::vector<Mailbox> from;
  std::vector<Mailbox> to;
  std::vector<Mailbox> cc;
  std::vector<Mailbox> reply_to;
  std::optional<std::string> return_path;  // of the envelope; empty text is the null path
  std::string subject;
  std::optional<Time> date;
  std::string text;          // of the text part, or made from the html
  std::string html;          // as received, only in UTF-8
  std::string visible_text;  // `text` without quotation and signature
  std::vector<Attachment> attachments;
  std::vector<Header> headers;
  bool is_report = false;   // multipart/report
  std::string report_type;  // delivery-status, disposition-notification, feedback-report
  std::vector<BounceReport> bounce_reports;
  std::string bounced_message_id;  // of the mail that came back
  Origin origin = Origin::kHuman;
  std::vector<std::string> origin_evidence;
  std::vector<ThreadHint> thread_hints;  // best first
  std::vector<std::string> defects;      // stable words: HEADER_TOO_LONG
};

}  // namespace muara::email
