#include "services/channels/email/smtp/session.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "libs/base/text.h"
#include "services/channels/email/smtp/address_path.h"

namespace muara::email {
namespace {

constexpr int64_t kReserveStepBytes = 1024 * 1024;

std::string_view TakeWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  text = Trim(text);
  return word;
}

bool IsHostName(std::string_view name) {
  return !name.empty() && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c > ' ' && c != 0x7F; });
}

// A browser can be made to post to any port, with a mail in the lines of its body.
bool IsOfHttp(std::string_view verb) {
  constexpr std::array<std::string_view, 8> kMethods = {"GET",   "HEAD",   "POST",    "PUT",
                                                        "PATCH", "DELETE", "OPTIONS", "CONNECT"};
  return std::find(kMethods.begin(), kMethods.end(), verb) != kMethods.end();
}

}  // namespace

struct SmtpSession::Command {
  std::string verb;  // upper case
  std::string_view arguments;
};

SmtpSession::SmtpSession(const SessionSettings& settings, const Endpoints& endpoints,
                         ByteBudget& budget)
    : settings_(settings), endpoints_(endpoints), budget_(budget) {}

SmtpSession::~SmtpSession() { ReleaseBudget(); }

void SmtpSession::Greet() {
  const char* protocol = settings_.protocol == Protocol::kLmtp ? " LMTP" : " ESMTP";
  Reply("220 " + settings_.host_name + protocol);
}

void SmtpSession::Close(std::string_view enhanced_code, std::string_view text) {
  if (closed()) return;
  Reply("421 " + std::string(enhanced_code) + " " + settings_.host_name + " " + std::string(text));
  ResetMail();
  state_ = State::kClosed;
}

void SmtpSession::Receive(std::string_view bytes) {
  if (closed()) return;
  input_ += bytes;
  Process();
  input_.erase(0, std::exchange(input_at_, 0));
}

std::string SmtpSession::TakeReplies() { return std::exchange(replies_, {}); }

std::optional<ReceivedMail> SmtpSession::TakeMail() {
  if (!waiting() || !whole_) return std::nullopt;
  whole_ = false;
  ReceivedMail mail = mail_;
  mail.data = data_->TakeContent();
  return mail;
}

void SmtpSession::Answer(const Verdict& verdict) {
  if (!waiting()) return;
  std::string reply = verdict.reply;
  if (reply.empty()) {
    switch (verdict.kind) {
      case VerdictKind::kAccepted:
        reply = "250 2.0.0 accepted";
        break;
      case VerdictKind::kTryLater:
        reply = "451 4.3.0 not now, try again later";
        break;
      case VerdictKind::kRefused:
        reply = "554 5.6.0 this message cannot be accepted";
        break;
    }
  }
  // LMTP answers for each recipient (RFC 2033, 4.2); a mail is taken as a whole here.
  const size_t times = settings_.protocol == Protocol::kLmtp ? mail_.recipients.size() : 1;
  for (size_t i = 0; i < times; ++i) Reply(reply);
  ResetMail();
  state_ = State::kReady;
  if (++messages_ >= settings_.messages_max) return Close("4.7.0", "too many messages");
  Process();
}

void SmtpSession::Process() {
  while (state_ != State::kWaiting && state_ != State::kClosed) {
    if (state_ == State::kData) {
      if (input_at_ == input_.size()) return;
      TakeData();
    } else if (!TakeCommandLine()) {
      return;
    }
  }
}

bool SmtpSession::TakeCommandLine() {
  const std::string_view input = std::string_view(input_).substr(input_at_);
  const size_t end = input.find("\r\n");
  if (std::min(end, input.size()) > settings_.command_max_bytes) {
    Reply("500 5.5.6 line too long");
    Close("4.7.0", "closing");
    return false;
  }
  if (end == std::string_view::npos) return false;
  const std::string line(input.substr(0, end));
  input_at_ += end + 2;
  // Line ends inside a command are how a second command is smuggled.
  if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    Bad("500 5.5.2 bare CR, LF or NUL in a command");
  } else {
    Run(line);
  }
  if (errors_ > settings_.errors_max) Close("4.7.0", "too many errors");
  return !closed();
}

void SmtpSession::TakeData() {
  input_at_ += data_->Take(std::string_view(input_).substr(input_at_));
  const auto kept_bytes = static_cast<int64_t>(data_->kept_bytes());
  while (!over_budget_ && kept_bytes > reserved_bytes_) {
    over_budget_ = !budget_.Reserve(kReserveStepBytes);
    if (!over_budget_) reserved_bytes_ += kReserveStepBytes;
  }
  if (over_budget_) data_->Discard();
  if (data_->finished()) return FinishData();
  if (data_->seen_bytes() > 2 * settings_.data.message_max_bytes + kReserveStepBytes) {
    Reply("552 5.3.4 message too large");
    Close("4.7.0", "closing");
  }
}

void SmtpSession::FinishData() {
  state_ = State::kWaiting;
  if (data_->too_large()) {
    Answer({VerdictKind::kRefused, "552 5.3.4 message too large"});
  } else if (data_->line_too_long()) {
    Answer({VerdictKind::kRefused, "552 5.3.4 line too long"});
  } else if (over_budget_) {
    Answer({VerdictKind::kTryLater, "452 4.3.1 no room now, try again later"});
  } else {
    whole_ = true;
  }
}

void SmtpSession::Run(std::string_view line) {
  Command command;
  std::string_view rest = Trim(line);
  command.verb = std::string(TakeWord(rest));
  for (char& c : command.verb) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  command.arguments = rest;
  const std::string& verb = command.verb;
  if (verb == "EHLO" || verb == "HELO" || verb == "LHLO") return Hello(command);
  if (verb == "QUIT") {
    Reply("221 2.0.0 bye");
    state_ = State::kClosed;
    return;
  }
  if (IsOfHttp(verb)) return Close("4.7.0", "this is no web server");
  if (verb == "NOOP") return Reply("250 2.0.0 OK");
  if (verb == "VRFY") return Reply("252 2.5.0 send the mail and see");
  if (verb == "RSET") {
    if (state_ == State::kMail) state_ = State::kReady;
    ResetMail();
    return Reply("250 2.0.0 OK");
  }
  if (verb == "MAIL") return MailFrom(command.arguments);
  if (verb == "RCPT") return RcptTo(command.arguments);
  if (verb == "DATA") return StartData(command.arguments);
  if (verb == "EXPN" || verb == "HELP" || verb == "TURN" || verb == "ETRN" || verb == "AUTH" ||
      verb == "STARTTLS" || verb == "BDAT") {
    return Bad("502 5.5.1 not implemented");
  }
  Bad("500 5.5.2 unknown command");
}

void SmtpSession::Hello(const Command& command) {
  const bool lmtp = settings_.protocol == Protocol::kLmtp;
  if (lmtp != (command.verb == "LHLO")) {
    return Bad(lmtp ? "500 5.5.1 this is LMTP, say LHLO" : "500 5.5.1 this is SMTP, say EHLO");
  }
  if (!IsHostName(command.arguments)) return Bad("501 5.5.4 a host name is needed");
  ResetMail();
  state_ = State::kReady;
  if (command.verb == "HELO") return Reply("250 " + settings_.host_name);
  Reply("250-" + settings_.host_name);
  for (const char* extension : {"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}) {
    Reply(std::string("250-") + extension);
  }
  Reply("250 SIZE " + std::to_string(settings_.data.message_max_bytes));
}

void SmtpSession::MailFrom(std::string_view arguments) {
  if (state_ == State::kNew) return Bad("503 5.5.1 say hello first");
  if (state_ == State::kMail) return Bad("503 5.5.1 a mail has begun already");
  if (!StartsWithNoCase(arguments, "from:")) return Bad("501 5.5.4 MAIL FROM:<address>");
  const std::string_view rest = arguments.substr(5);
  const auto path = ParsePath(rest, AddressCharset::kUtf8);
  if (!path) return Bad("501 5.1.7 malformed sender address");
  utf8_ = false;
  if (!MailParameters(path->after)) return;
  const bool ascii = std::none_of(path->address.begin(), path->address.end(),
                                  [](unsigned char c) { return c >= 0x80; });
  if (!ascii && !utf8_) return Bad("553 5.6.7 SMTPUTF8 is needed for this address");
  mail_.sender = path->address;
  state_ = State::kMail;
  Reply("250 2.1.0 OK");
}

bool SmtpSession::MailParameters(std::string_view parameters) {
  while (!parameters.empty()) {
    if (!MailParameter(TakeWord(parameters))) return false;
  }
  return true;
}

bool SmtpSession::MailParameter(std::string_view parameter) {
  const std::string lower = LowerAscii(parameter);
  if (lower == "smtputf8") {
    utf8_ = true;
    return true;
  }
  if (lower == "body=8bitmime" || lower == "body=7bit") return true;
  if (lower.starts_with("size=")) {
    uint64_t size_bytes = 0;
    const char* end = lower.data() + lower.size();
    const auto [at, error] = std::from_chars(lower.data() + 5, end, size_bytes);
    if (error == std::errc() && at == end) {
      if (size_bytes <= settings_.data.message_max_bytes) return true;
      Bad("552 5.3.4 message too large");
      return false;
    }
    Bad("501 5.5.4 malformed SIZE");
    return false;
  }
  Bad("555 5.5.4 unknown parameter");
  return false;
}

void SmtpSession::RcptTo(std::string_view arguments) {
  if (state_ != State::kMail) return Bad("503 5.5.1 MAIL FROM comes first");
  if (!StartsWithNoCase(arguments, "to:")) return Bad("501 5.5.4 RCPT TO:<address>");
  const AddressCharset charset = utf8_ ? AddressCharset::kUtf8 : AddressCharset::kAscii;
  const auto path = ParsePath(arguments.substr(3), charset);
  if (!path || path->address.empty()) return Bad("501 5.1.3 malformed recipient address");
  if (!path->after.empty()) return Bad("555 5.5.4 unknown parameter");
  if (static_cast<int>(mail_.recipients.size()) >= settings_.recipients_max) {
    return Bad("452 4.5.3 too many recipients");
  }
  switch (endpoints_.KindOf(path->address)) {
    case RecipientKind::kOurs:
      mail_.recipients.push_back(path->address);
      return Reply("250 2.1.5 OK");
    case RecipientKind::kUnknownMailbox:
      return Bad("550 5.1.1 no such mailbox here");
    case RecipientKind::kForeignDomain:
      return Bad("550 5.7.1 relaying is not done here");
  }
}

void SmtpSession::StartData(std::string_view arguments) {
  if (!arguments.empty()) return Bad("501 5.5.4 DATA takes no argument");
  if (state_ != State::kMail) return Bad("503 5.5.1 MAIL FROM comes first");
  if (mail_.recipients.empty()) return Bad("503 5.5.1 no valid recipients");
  data_.emplace(settings_.data);
  state_ = State::kData;
  Reply("354 end with CR LF . CR LF");
}

void SmtpSession::ResetMail() {
  mail_ = {};
  data_.reset();
  whole_ = false;
  over_budget_ = false;
  ReleaseBudget();
}

void SmtpSession::ReleaseBudget() { budget_.Release(std::exchange(reserved_bytes_, 0)); }

void SmtpSession::Reply(std::string_view line) {
  replies_ += line;
  replies_ += "\r\n";
}

void SmtpSession::Bad(std::string_view line) {
  ++errors_;
  Reply(line);
}

}  // namespace muara::email
