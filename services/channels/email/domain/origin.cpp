#include "services/channels/email/domain/origin.h"

#include <algorithm>
#include <array>

#include "libs/base/text.h"
#include "services/channels/email/domain/thread_hints.h"

namespace muara::email {
namespace {

constexpr size_t kEvidenceValueMaxBytes = 80;

class Evidence {
 public:
  void Add(Origin origin, std::string_view what, std::string_view value = {}) {
    std::string line(what);
    if (!value.empty()) {
      line += ": " + std::string(CutUtf8(value, kEvidenceValueMaxBytes));
    }
    found_.emplace_back(origin, std::move(line));
  }
  bool Has(Origin origin) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const auto& one) { return one.first == origin; });
  }
  OriginVerdict Decide() const {
    OriginVerdict verdict;
    for (const Origin origin :
         {Origin::kBulk, Origin::kAutoReply, Origin::kBounce, Origin::kOwnLoop}) {
      if (Has(origin)) verdict.origin = origin;
    }
    for (const auto& [origin, line] : found_) verdict.evidence.push_back(line);
    return verdict;
  }

 private:
  std::vector<std::pair<Origin, std::string>> found_;
};

bool ContainsAny(std::string_view lower, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return lower.find(word) != std::string_view::npos;
  });
}

bool StartsWithAny(std::string_view lower, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return lower.starts_with(prefix); });
}

void LookAtHeader(const Header& header, std::string_view message_domain, Evidence& evidence) {
  const std::string name = LowerAscii(header.name);
  const std::string value = LowerAscii(Trim(header.value));
  const std::string_view word = std::string_view(value).substr(0, value.find_first_of(" ;("));
  if (name == "x-muara-loop" && value == LowerAscii(message_domain)) {
    evidence.Add(Origin::kOwnLoop, header.name);
  } else if (name == "auto-submitted" && !value.empty() && word != "no") {
    evidence.Add(Origin::kAutoReply, header.name, value);
  } else if (name == "precedence" && (word == "bulk" || word == "list" || word == "junk")) {
    evidence.Add(Origin::kBulk, header.name, value);
  } else if (name == "precedence" && (word == "auto_reply" || word == "auto-reply")) {
    evidence.Add(Origin::kAutoReply, header.name, value);
  } else if (name.starts_with("list-") && !value.empty()) {
    evidence.Add(Origin::kBulk, header.name);
  } else if (name == "x-auto-response-suppress" &&
             ContainsAny(value, {"all", "oof", "autoreply"})) {
    evidence.Add(Origin::kAutoReply, header.name, value);
  } else if ((name == "x-autoreply" || name == "x-autorespond" || name == "x-autoresponder" ||
              name == "x-auto-reply" || name == "x-mail-autoreply" || name == "x-auto-replied") &&
             word != "no" && word != "false") {
    evidence.Add(Origin::kAutoReply, header.name);
  } else if (name == "x-failed-recipients") {
    evidence.Add(Origin::kBounce, header.name);
  }
}

void LookAtReport(const ParsedMail& mail, Evidence& evidence) {
  if (!mail.is_report && mail.bounce_reports.empty()) return;
  // A read receipt is an automatic answer of a person's program; the others report on our mail.
  const bool receipt = mail.report_type == "disposition-notification";
  evidence.Add(receipt ? Origin::kAutoReply : Origin::kBounce, "multipart/report",
               mail.report_type);
}

bool IsMailSystem(std::string_view address, std::string_view name) {
  const std::string lower = LowerAscii(address);
  return StartsWithAny(lower.substr(0, lower.rfind('@')),
                       {"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster", "post_master",
                        "bounce-notification", "mdaemon"}) ||
         ContainsAny(LowerAscii(name), {"mail delivery s", "mailer-daemon", "mailer daemon"});
}

bool SentByMailSystem(const ParsedMail& mail) {
  for (const Mailbox& mailbox : mail.from) {
    if (IsMailSystem(mailbox.address, mailbox.name)) return true;
  }
  // "MAILER-DAEMON <>" holds no mailbox at all.
  return std::any_of(mail.headers.begin(), mail.headers.end(), [&](const Header& header) {
    return mail.from.empty() && EqualNoCase(header.name, "from") && IsMailSystem("", header.value);
  });
}

bool SubjectOfBounce(std::string_view lower_subject) {
  return ContainsAny(lower_subject, {"undeliver",
                                     "delivery failure",
                                     "delivery status notification",
                                     "failure notice",
                                     "returned mail",
                                     "mail delivery failed",
                                     "delivery failed",
                                     "non-delivery",
                                     "nondeliverable",
                                     "returned to sender",
                                     "could not be delivered",
                                     "delivery problem",
                                     "delivery has failed",
                                     "unable to deliver",
                                     "delivery error",
                                     "mail delivery",
                                     "message undelivered",
                                     "delivery report",
                                     "delivery notification",
                                     "warning: could not send",
                                     "mail failure",
                                     "failed delivery",
                                     "message delivery",
                                     "mail system error",
                                     "returned message",
                                     "tidak terkirim",
                                     "gagal terkirim",
                                     "gagal dikirim"});
}

bool SubjectOfAutoReply(std::string_view lower_subject) {
  return StartsWithAny(lower_subject,
                       {"auto:", "auto reply", "auto-reply", "autoreply", "automatic reply",
                        "automated reply", "automatic response", "auto response", "out of office",
                        "out-of-office", "vacation", "on vacation", "away from", "balasan otomatis",
                        "jawaban otomatis", "di luar kantor", "sedang cuti", "abwesenheit"});
}

void LookAtSender(const ParsedMail& mail, Evidence& evidence) {
  const bool null_path = mail.return_path && mail.return_path->empty();
  const bool mail_system = SentByMailSystem(mail);
  const std::string subject = LowerAscii(mail.subject);
  if (mail_system && (null_path || SubjectOfBounce(subject))) {
    evidence.Add(Origin::kBounce, "From: mail system");
  } else if (null_path && SubjectOfBounce(subject)) {
    evidence.Add(Origin::kBounce, "Subject of a bounce");
  } else if (mail_system) {
    evidence.Add(Origin::kAutoReply, "From: mail system");
  }
  if (null_path) evidence.Add(Origin::kAutoReply, "empty return path");
  if (SubjectOfAutoReply(subject)) evidence.Add(Origin::kAutoReply, "Subject of an auto-reply");
}

}  // namespace

OriginVerdict ClassifyOrigin(const ParsedMail& mail, std::string_view message_domain) {
  Evidence evidence;
  if (IsOurMessageId(mail.message_id, message_domain)) {
    evidence.Add(Origin::kOwnLoop, "Message-ID of ours");
  }
  for (const Header& header : mail.headers) LookAtHeader(header, message_domain, evidence);
  LookAtReport(mail, evidence);
  LookAtSender(mail, evidence);
  return evidence.Decide();
}

}  // namespace muara::email
