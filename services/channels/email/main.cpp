// muara-email: mail in by SMTP or LMTP, replies out by SMTP submission.
#include "libs/blob/directory_blobs.h"
#include "libs/service/host.h"
#include "services/channels/email/app/deliveries.h"
#include "services/channels/email/app/mail_intake.h"
#include "services/channels/email/app/raw_mails.h"
#include "services/channels/email/email_settings.h"
#include "services/channels/email/events/react.h"
#include "services/channels/email/rpc/connector_service.h"
#include "services/channels/email/smtp/server.h"
#include "services/channels/email/store/schema.h"

using namespace muara;         // NOLINT: the root of one program
using namespace muara::email;  // NOLINT

int main() {
  service::Host host("email", service::Facts::kNone);
  host.Need("ticket");
  const EmailSettings settings = ReadSettings(host.settings());
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());
  const auto endpoints = Endpoints::Create(settings.endpoints);
  if (!endpoints.ok()) return host.Fail(endpoints.error());
  const auto tokens = ReplyTokens::Create(ReplyKeysOf(host.SecretsFor("email-reply")));
  if (!tokens.ok()) return host.Fail(tokens.error());
  const auto blobs = blob::DirectoryBlobs::Open(settings.blob_folder);
  if (!blobs.ok()) return host.Fail(blobs.error());

  const Identity identity{*tokens, settings.message_domain};
  const MailParser parser(identity);
  rpc::Client core(settings.core_address, host.keys(), {"services/email", {rpc::Role::kConnector}});
  MailIntake intake(parser, *endpoints, **blobs, core, host.clock(), host.metrics());
  const SmtpSender sender(settings.smarthost);
  Deliveries deliveries(host.database(), core, *endpoints, identity, sender, host.clock(),
                        host.metrics());
  ServeConnector(host.server(), deliveries, *endpoints);
  RawMails raw_mails(host.database(), **blobs);
  OnOriginalsOrphaned(host.Follow("ticket"), raw_mails);
  host.Every(std::chrono::seconds(5), "raw mails of erased people stay",
             [&] { return raw_mails.Remove(); });

  if (settings.raw_mail_kept > Duration(0)) {
    host.Every(std::chrono::hours(1), "old raw mails stay", [&]() -> Result<bool> {
      RETURN_IF_ERROR((*blobs)->RemoveAllOlder(settings.raw_mail_kept));
      return false;
    });
  }
  std::unique_ptr<SmtpServer> smtp;
  host.Manage(
      [&]() -> Status {
        ASSIGN_OR_RETURN(
            smtp, SmtpServer::Start(settings.smtp, *endpoints,
                                    [&](const ReceivedMail& mail) { return intake.Take(mail); }));
        return Ok();
      },
      [&] { smtp->Drain(); });
  return host.Run();
}
