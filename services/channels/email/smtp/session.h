// One SMTP (RFC 5321) or LMTP (RFC 2033) conversation without its socket: bytes in, replies out.
// When a mail is whole the session waits: the owner takes it, decides, and answers; only then are
// the pipelined bytes behind it looked at. Not thread-safe; never blocks; bounded in every
// direction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/smtp/byte_budget.h"
#include "services/channels/email/smtp/data_reader.h"

namespace muara::email {

enum class Protocol { kSmtp, kLmtp };

struct SessionSettings {
  Protocol protocol = Protocol::kSmtp;
  std::string host_name = "localhost";
  DataLimits data;
  size_t command_max_bytes = 2048;  // 512 by the standard, plus what extensions add
  int recipients_max = 100;
  int errors_max = 20;      // bad commands and refused recipients; then 421
  int messages_max = 1000;  // a connection; then 421
};

struct ReceivedMail {
  std::string sender;  // empty: the null path
  std::vector<std::string> recipients;
  std::string data;  // with CR LF line ends, without dot-stuffing
};

enum class VerdictKind { kAccepted, kTryLater, kRefused };

struct Verdict {
  VerdictKind kind = VerdictKind::kTryLater;
  std::string reply;  // a whole reply line without CR LF; empty: the usual one of its kind
};

class SmtpSession {
 public:
  // Both outlive the session.
  SmtpSession(const SessionSettings& settings, const Endpoints& endpoints, ByteBudget& budget);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  void Greet();
  void Receive(std::string_view bytes);
  // 421 with this text, and no more is read.
  void Close(std::string_view enhanced_code, std::string_view text);

  std::string TakeReplies();
  // A whole mail, once; Answer must follow.
  std::optional<ReceivedMail> TakeMail();
  void Answer(const Verdict& verdict);

  bool waiting() const { return state_ == State::kWaiting; }
  bool closed() const { return state_ == State::kClosed; }
  bool in_mail() const { return state_ == State::kData || state_ == State::kWaiting; }
  // Nothing more should be read from the peer now.
  bool full() const { return waiting() || closed(); }

 private:
  enum class State { kNew, kReady, kMail, kData, kWaiting, kClosed };
  struct Command;

  void Process();
  bool TakeCommandLine();
  void TakeData();
  void FinishData();
  void Run(std::string_view line);
  void Hello(const Command& command);
  void MailFrom(std::string_view arguments);
  bool MailParameters(std::string_view parameters);
  bool MailParameter(std::string_view parameter);
  void RcptTo(std::string_view arguments);
  void StartData(std::string_view arguments);
  void ResetMail();
  void ReleaseBudget();

  void Reply(std::string_view line);
  void Bad(std::string_view line);

  const SessionSettings& settings_;
  const Endpoints& endpoints_;
  ByteBudget& budget_;
  State state_ = State::kNew;
  std::string input_;
  size_t input_at_ = 0;  // what stands before it was used
  std::string replies_;
  std::optional<DataReader> data_;
  bool over_budget_ = false;
  int64_t reserved_bytes_ = 0;
  ReceivedMail mail_;
  bool whole_ = false;
  bool utf8_ = false;
  int errors_ = 0;
  int messages_ = 0;
};

}  // namespace muara::email
