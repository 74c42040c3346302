// Hands a mail to the smarthost by SMTP submission (libcurl). Thread-safe: each call has its own
// connection. What matters most is to tell "not taken" from "perhaps taken": only the first may be
// tried again without the risk of a second copy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/result.h"

namespace muara::email {

enum class StartTls { kOff, kOptional, kRequired };

struct SmarthostSettings {
  std::string host = "127.0.0.1";
  int port = 25;
  bool implicit_tls = false;  // smtps, port 465
  StartTls start_tls = StartTls::kOptional;
  std::string ca_file;    // empty: the system's
  std::string user_name;  // empty: no AUTH
  std::string password;
  std::string host_name = "localhost";  // said in EHLO
  int64_t connect_max_ms = 10'000;
  int64_t send_max_ms = 120'000;
};

enum class SendKind {
  kAccepted,       // the smarthost has it
  kRejected,       // final for this mail
  kRetry,          // certainly not taken
  kUnknown,        // the connection broke after the whole mail was sent: perhaps taken
  kEndpointFault,  // our credentials or TLS are wrong: no mail will pass until a person acts
};

struct SendResult {
  SendKind kind = SendKind::kRetry;
  int reply_code = 0;         // 550; 0: none was heard
  std::string enhanced_code;  // 5.1.1, empty where the smarthost gave none
  std::string reason;         // stable: SMTP_REJECTED
};

class SmtpSender {
 public:
  explicit SmtpSender(SmarthostSettings settings);

  SendResult Send(std::string_view sender, const std::vector<std::string>& recipients,
                  std::string_view message) const;

 private:
  SmarthostSettings settings_;
};

}  // namespace muara::email
