#include "services/channels/email/email_settings.h"

#include "libs/base/crypto.h"
#include "libs/base/text.h"

namespace muara::email {
namespace {

std::string DomainOf(const std::string& address) {
  const size_t at_sign = address.rfind('@');
  return at_sign == std::string::npos ? "" : LowerAscii(address.substr(at_sign + 1));
}

std::vector<Endpoint> ReadEndpoints(service::Settings& settings) {
  constexpr char kName[] = "MUARA_EMAIL_ENDPOINTS";
  constexpr char kCatchAll[] = "MUARA_EMAIL_CATCH_ALL";
  std::vector<Endpoint> endpoints;
  settings.Required(kName);
  for (const auto& [address, brand] : settings.Pairs(kName, "")) {
    const std::string lower = LowerAscii(Trim(address));
    if (lower.starts_with('@')) settings.Refuse(kName, "holds a domain where a mailbox is needed");
    endpoints.push_back({lower, lower, brand});
  }
  for (const auto& [domain, mailbox] : settings.Pairs(kCatchAll, "")) {
    const std::string id = LowerAscii(Trim(mailbox));
    std::string brand;
    bool known = false;
    for (const Endpoint& endpoint : endpoints) {
      if (endpoint.id != id) continue;
      known = true;
      brand = endpoint.name;
    }
    if (!known) settings.Refuse(kCatchAll, "names a mailbox that is no endpoint");
    endpoints.push_back({id, "@" + LowerAscii(Trim(domain)), brand});
  }
  const auto created = Endpoints::Create(endpoints);
  if (!created.ok() && !endpoints.empty()) {
    for (const Violation& violation : created.error().violations) {
      settings.Refuse(kName, violation.field + ": " + violation.description);
    }
  }
  return endpoints;
}

SmtpServerSettings ReadSmtp(service::Settings& settings) {
  SmtpServerSettings smtp;
  const service::HostPort listen = settings.Address("MUARA_SMTP_LISTEN", "127.0.0.1:2525");
  smtp.address = listen.host;
  smtp.port = static_cast<uint16_t>(listen.port);
  const std::string protocol = settings.Text("MUARA_SMTP_PROTOCOL", "smtp");
  if (protocol == "lmtp") {
    smtp.session.protocol = Protocol::kLmtp;
  } else if (protocol != "smtp") {
    settings.Refuse("MUARA_SMTP_PROTOCOL", "is not smtp or lmtp");
  }
  smtp.session.host_name = settings.Text("MUARA_SMTP_HOST_NAME", "localhost");
  smtp.session.data.message_max_bytes = static_cast<size_t>(settings.Number(
      "MUARA_SMTP_MESSAGE_MAX_BYTES", 50 * 1024 * 1024, 64 * 1024, 64 * 1024 * 1024));
  smtp.connections_max =
      static_cast<int>(settings.Number("MUARA_SMTP_CONNECTIONS_MAX", 100, 1, 10'000));
  smtp.workers = static_cast<int>(settings.Number("MUARA_SMTP_WORKERS", 8, 1, 256));
  smtp.held_max_bytes =
      settings.Number("MUARA_SMTP_HELD_MAX_BYTES", 256 * 1024 * 1024, 1024 * 1024, 1LL << 40);
  return smtp;
}

SmarthostSettings ReadSmarthost(service::Settings& settings, const std::string& host_name) {
  SmarthostSettings smarthost;
  const service::HostPort at = settings.Address("MUARA_SMARTHOST", "127.0.0.1:25");
  smarthost.host = at.host;
  smarthost.port = at.port;
  smarthost.host_name = host_name;
  const std::string tls = settings.Text("MUARA_SMARTHOST_TLS", "optional");
  if (tls == "off") {
    smarthost.start_tls = StartTls::kOff;
  } else if (tls == "required") {
    smarthost.start_tls = StartTls::kRequired;
  } else if (tls == "implicit") {
    smarthost.implicit_tls = true;
  } else if (tls != "optional") {
    settings.Refuse("MUARA_SMARTHOST_TLS", "is not off, optional, required or implicit");
  }
  smarthost.ca_file = settings.Text("MUARA_SMARTHOST_CA_FILE", "");
  smarthost.user_name = settings.Text("MUARA_SMARTHOST_USER", "");
  if (!smarthost.user_name.empty()) {
    smarthost.password = settings.SecretFile("MUARA_SMARTHOST_PASSWORD_FILE");
    // A password must not travel in the clear because a middle man hid STARTTLS.
    if (smarthost.start_tls != StartTls::kRequired && !smarthost.implicit_tls) {
      settings.Refuse("MUARA_SMARTHOST_TLS", "must be required or implicit where there is a login");
    }
  }
  smarthost.send_max_ms = settings.Number("MUARA_SMARTHOST_SEND_MAX_MS", 20'000, 100, 600'000);
  return smarthost;
}

}  // namespace

EmailSettings ReadSettings(service::Settings& settings) {
  EmailSettings email;
  email.endpoints = ReadEndpoints(settings);
  const std::string domain = email.endpoints.empty() ? "" : DomainOf(email.endpoints[0].address);
  email.message_domain = LowerAscii(settings.Text("MUARA_EMAIL_MESSAGE_DOMAIN", domain));
  email.blob_folder = settings.Required("MUARA_BLOB_FOLDER");
  email.raw_mail_kept = std::chrono::hours(24) * settings.Number("MUARA_RAW_MAIL_DAYS", 0, 0, 3650);
  email.core_address = settings.Required("MUARA_TICKET_GRPC");
  email.smtp = ReadSmtp(settings);
  email.smarthost = ReadSmarthost(settings, email.smtp.session.host_name);
  return email;
}

std::vector<ReplyKey> ReplyKeysOf(const std::vector<std::string>& secrets) {
  std::vector<ReplyKey> keys;
  for (const std::string& secret : secrets) {
    keys.push_back({static_cast<uint8_t>(Sha256(secret).front()), secret});
  }
  return keys;
}

}  // namespace muara::email
