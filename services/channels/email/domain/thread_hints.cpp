#include "services/channels/email/domain/thread_hints.h"

#include <algorithm>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr std::string_view kOurPrefix = "muara.";
constexpr size_t kTagMaxBytes = 32;

bool IsIdCharacter(unsigned char c) { return c > ' ' && c != 0x7F && c != '<' && c != '>'; }

bool IsTagCharacter(unsigned char c) { return std::isalnum(c) != 0 || c == '-'; }

void AddToken(const std::string& address, const ReplyTokens& tokens,
              std::vector<ThreadHint>& hints) {
  const auto ticket = tokens.TicketOf(address);
  if (!ticket) return;
  for (const ThreadHint& hint : hints) {
    if (hint.value == *ticket) return;
  }
  hints.push_back({HintKind::kReplyToken, *ticket, true});
}

void AddId(HintKind kind, const std::string& id, std::string_view message_domain,
           std::vector<ThreadHint>& hints) {
  for (const ThreadHint& hint : hints) {
    if (hint.kind != HintKind::kReplyToken && hint.value == id) return;
  }
  hints.push_back({kind, id, IsOurMessageId(id, message_domain)});
}

// Ours first: they are certain, another's id may be known to us or not.
void AddOursFirst(HintKind kind, const std::vector<std::string>& ids,
                  std::string_view message_domain, std::vector<ThreadHint>& hints) {
  for (const std::string& id : ids) {
    if (IsOurMessageId(id, message_domain)) AddId(kind, id, message_domain, hints);
  }
  for (const std::string& id : ids) AddId(kind, id, message_domain, hints);
}

}  // namespace

std::vector<std::string> MessageIds(std::string_view header_value) {
  std::vector<std::string> ids;
  size_t from = 0;
  while (true) {
    const size_t open = header_value.find('<', from);
    if (open == std::string_view::npos) break;
    size_t close = open + 1;
    while (close < header_value.size() && IsIdCharacter(header_value[close])) ++close;
    from = close;
    if (close >= header_value.size() || header_value[close] != '>') continue;
    const std::string_view id = header_value.substr(open + 1, close - open - 1);
    if (id.empty() || id.size() > kMessageIdMaxBytes) continue;
    ids.emplace_back(id);
    if (ids.size() > 2 * kReferencesMax) ids.erase(ids.begin(), ids.end() - kReferencesMax);
  }
  std::vector<std::string> once;
  for (std::string& id : ids) {
    if (std::find(once.begin(), once.end(), id) == once.end()) once.push_back(std::move(id));
  }
  if (once.size() > kReferencesMax) once.erase(once.begin(), once.end() - kReferencesMax);
  return once;
}

std::string MakeMessageId(std::string_view delivery_id, std::string_view message_domain) {
  std::string id(kOurPrefix);
  for (const char c : delivery_id) {
    if (IsTagCharacter(c)) id += c;
  }
  return LowerAscii(id) + "@" + std::string(message_domain);
}

bool IsOurMessageId(std::string_view message_id, std::string_view message_domain) {
  const size_t at_sign = message_id.rfind('@');
  return at_sign != std::string_view::npos && StartsWithNoCase(message_id, kOurPrefix) &&
         EqualNoCase(message_id.substr(at_sign + 1), LowerAscii(message_domain));
}

std::string SubjectTag(std::string_view subject) {
  for (size_t open = subject.find("[#"); open != std::string_view::npos;
       open = subject.find("[#", open + 2)) {
    size_t close = open + 2;
    while (close < subject.size() && IsTagCharacter(subject[close])) ++close;
    const size_t length = close - open - 2;
    if (length > 0 && length <= kTagMaxBytes && close < subject.size() && subject[close] == ']') {
      return std::string(subject.substr(open + 2, length));
    }
  }
  return "";
}

std::vector<ThreadHint> FindThreadHints(const ParsedMail& mail,
                                        const std::vector<std::string>& envelope_recipients,
                                        const ReplyTokens& tokens,
                                        std::string_view message_domain) {
  std::vector<ThreadHint> hints;
  for (const std::string& address : envelope_recipients) AddToken(address, tokens, hints);
  for (const auto* list : {&mail.to, &mail.cc}) {
    for (const Mailbox& mailbox : *list) AddToken(mailbox.address, tokens, hints);
  }
  AddOursFirst(HintKind::kInReplyTo, mail.in_reply_to, message_domain, hints);
  if (!mail.bounced_message_id.empty()) {
    AddId(HintKind::kInReplyTo, mail.bounced_message_id, message_domain, hints);
  }
  const std::vector<std::string> nearest_first(mail.references.rbegin(), mail.references.rend());
  AddOursFirst(HintKind::kReference, nearest_first, message_domain, hints);
  const std::string tag = SubjectTag(mail.subject);
  if (!tag.empty()) hints.push_back({HintKind::kSubjectTag, tag, false});
  return hints;
}

}  // namespace muara::email
