#include "services/channels/email/send/smtp_sender.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

#include "services/channels/email/send/reply_mail.h"

namespace muara::email {
namespace {

struct CleanUp {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, CleanUp>;
using List = std::unique_ptr<curl_slist, CleanUp>;

// What happened on the wire, as far as the result depends on it.
struct Transfer {
  std::string_view unsent;
  bool whole_mail_given = false;  // from here on the smarthost may have it
  int reply_code = 0;             // the last reply heard
  std::string enhanced_code;
};

size_t GiveBytes(char* buffer, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const size_t taken = std::min(size * count, transfer.unsent.size());
  std::memcpy(buffer, transfer.unsent.data(), taken);
  transfer.unsent.remove_prefix(taken);
  if (transfer.unsent.empty()) {
    transfer.whole_mail_given = true;
    transfer.reply_code = 0;  // what was heard before is no answer to the mail
  }
  return taken;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "550 5.1.1 no such user" -> 5.1.1
std::string EnhancedCode(std::string_view line) {
  if (line.size() < 9 || line[0] < '2' || line[0] > '5') return "";
  const std::string_view rest = line.substr(4);
  const size_t end = std::min(rest.find_first_not_of("0123456789."), rest.size());
  const std::string_view code = rest.substr(0, end);
  const bool valid = std::count(code.begin(), code.end(), '.') == 2 && code.size() <= 11;
  return valid && code[0] == line[0] ? std::string(code) : "";
}

size_t HearReply(char* bytes, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(bytes, size * count);
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, IsDigit)) return line.size();
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (code == 221) return line.size();  // the answer to QUIT says nothing about the mail
  transfer.reply_code = code;
  transfer.enhanced_code = EnhancedCode(line);
  return size * count;
}

// Refusals that concern our account or our host, not the one mail.
bool IsRefusalOfUs(CURLcode code, const Transfer& transfer) {
  if (code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
      code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    return transfer.reply_code / 100 != 4;
  }
  const bool at_greeting = code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_REMOTE_ACCESS_DENIED;
  if (at_greeting && !transfer.whole_mail_given) return transfer.reply_code / 100 == 5;
  return transfer.reply_code == 530 || transfer.reply_code == 534 || transfer.reply_code == 535;
}

SendKind KindOfFailure(CURLcode code, const Transfer& transfer) {
  if (IsRefusalOfUs(code, transfer)) return SendKind::kEndpointFault;
  if (transfer.reply_code / 100 == 5) return SendKind::kRejected;
  if (transfer.reply_code / 100 == 4) return SendKind::kRetry;
  return transfer.whole_mail_given ? SendKind::kUnknown : SendKind::kRetry;
}

const char* ReasonOf(SendKind kind) {
  switch (kind) {
    case SendKind::kAccepted:
      return "SMTP_ACCEPTED";
    case SendKind::kRejected:
      return "SMTP_REJECTED";
    case SendKind::kRetry:
      return "SMTP_NOT_TAKEN";
    case SendKind::kUnknown:
      return "SMTP_ANSWER_LOST";
    case SendKind::kEndpointFault:
      return "SMTP_LOGIN_OR_TLS_REFUSED";
  }
  return "";
}

long TlsLevel(StartTls start_tls) {
  switch (start_tls) {
    case StartTls::kOff:
      return CURLUSESSL_NONE;
    case StartTls::kOptional:
      return CURLUSESSL_TRY;
    case StartTls::kRequired:
      return CURLUSESSL_ALL;
  }
  return CURLUSESSL_ALL;
}

void SetServer(CURL* curl, const SmarthostSettings& settings) {
  const std::string url = std::string(settings.implicit_tls ? "smtps://" : "smtp://") +
                          settings.host + ":" + std::to_string(settings.port) + "/" +
                          settings.host_name;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_max_ms));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.send_max_ms));
  curl_easy_setopt(curl, CURLOPT_USE_SSL, TlsLevel(settings.start_tls));
  if (!settings.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  if (settings.user_name.empty()) return;
  curl_easy_setopt(curl, CURLOPT_USERNAME, settings.user_name.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, settings.password.c_str());
}

void SetMail(CURL* curl, const std::string& sender, const List& recipients, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.unsent.size()));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, GiveBytes);
  curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, HearReply);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
}

void StartCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

SendResult MakeResult(SendKind kind, const Transfer& transfer) {
  return {kind, transfer.reply_code, transfer.enhanced_code, ReasonOf(kind)};
}

}  // namespace

SmtpSender::SmtpSender(SmarthostSettings settings) : settings_(std::move(settings)) { StartCurl(); }

SendResult SmtpSender::Send(std::string_view sender, const std::vector<std::string>& recipients,
                            std::string_view message) const {
  Transfer transfer;
  transfer.unsent = message;
  List list;
  for (const std::string& recipient : recipients) {
    if (!IsSendableAddress(recipient)) return MakeResult(SendKind::kRejected, transfer);
    curl_slist* longer = curl_slist_append(list.get(), ("<" + recipient + ">").c_str());
    if (longer == nullptr) return MakeResult(SendKind::kRetry, transfer);
    [[maybe_unused]] curl_slist* same = list.release();
    list.reset(longer);
  }
  if (list == nullptr || message.empty() || (!sender.empty() && !IsSendableAddress(sender))) {
    return MakeResult(SendKind::kRejected, transfer);
  }
  const Easy curl(curl_easy_init());
  if (curl == nullptr) return MakeResult(SendKind::kRetry, transfer);
  const std::string path = "<" + std::string(sender) + ">";
  SetServer(curl.get(), settings_);
  SetMail(curl.get(), path, list, transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return MakeResult(SendKind::kAccepted, transfer);
  return MakeResult(KindOfFailure(code, transfer), transfer);
}

}  // namespace muara::email
