// muara-notification: what is sent to customers and to other systems, and what became of it.
#include "libs/rpc/read_audit.h"
#include "libs/service/host.h"
#include "services/notification/app/courier.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/events/react.h"
#include "services/notification/events/send.h"
#include "services/notification/events/webhook_post.h"
#include "services/notification/rpc/serve.h"
#include "services/notification/settings.h"
#include "services/notification/store/deliveries.h"

using namespace muara;                // NOLINT: the root of one program
using namespace muara::notification;  // NOLINT

int main() {
  service::Host host("notification");
  for (const char* name : {"ticket", "email", "chat"}) host.Need(name);
  const WebhookSettings settings = ReadWebhookSettings(host.settings());
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());

  Deliveries deliveries(host.database(), host.log(), host.clock());
  Connectors connectors(
      {{Channel::kEmail, &host.Peer("email")}, {Channel::kChat, &host.Peer("chat")}});
  Courier courier(
      deliveries, {std::begin(kChannels), std::end(kChannels)},
      [&](const Delivery& delivery) { return connectors.Send(delivery); }, host.metrics());

  web::Client web(settings.client);
  Webhooks webhooks(host.database(), host.log(), host.clock(), host.SecretsFor("webhook-secrets"),
                    web.allowances());
  WebhookDeliveries webhook_deliveries(host.database(), host.log(), host.clock(), settings.timing);
  WebhookCourier webhook_courier(webhook_deliveries, WebhookPost(web, webhooks, host.clock()),
                                 host.clock(), host.metrics());

  rpc::AuditReads(host.server(), rpc::KeptBy(host.Peer("ticket")));
  ServeNotifications(host.server(), deliveries);
  ServeWebhooks(host.server(), webhooks, webhook_deliveries, webhook_courier);
  bus::Consumer& ticket = host.Follow("ticket");
  OnReplyWritten(ticket, deliveries);
  OnTicketOpened(ticket, deliveries);
  OnSurveyOpened(ticket, deliveries);
  OnWebhookRequested(ticket, webhook_deliveries);
  OnContactErased(ticket, deliveries, webhook_deliveries);
  host.Manage([&] { return courier.Start(); }, [&] { courier.Stop(); });
  host.Manage([&] { return webhook_courier.Start(), Ok(); },
              [&] {
                web.Stop();
                webhook_courier.Stop();
              });
  return host.Run();
}
