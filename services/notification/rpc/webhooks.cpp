#include "services/notification/wire/webhooks.h"
#include "libs/rpc/request.h"
#include "muara/notification/v1/webhooks.pb.h"
#include "services/notification/rpc/serve.h"

namespace muara::notification {
namespace {

template <class Request>
Result<WebhookChange> ChangeOf(const rpc::Call& call, const Request& request) {
  WebhookChange change;
  ASSIGN_OR_RETURN(change.key, rpc::KeyOf(request));
  change.actor = call.principal.subject;
  if constexpr (requires { request.id(); }) change.id = request.id();
  if constexpr (requires { request.expected_version(); }) {
    if (request.expected_version() < 0) return InvalidFields({{"expected_version", "is negative"}});
    change.expected_version = request.expected_version();
  }
  return change;
}

template <class Request>
Webhook WebhookOf(const Request& request) {
  Webhook webhook;
  webhook.display_name = request.display_name();
  webhook.url = request.url();
  webhook.description = request.description();
  webhook.state = request.enabled() ? WebhookState::kEnabled : WebhookState::kDisabled;
  return webhook;
}

Result<v1::Webhook> Answer(const Result<Webhook>& webhook) {
  if (!webhook.ok()) return webhook.error();
  return wire::ToProto(*webhook);
}

template <class Response>
Result<Response> Answer(const Result<WebhookWithSecret>& made) {
  if (!made.ok()) return made.error();
  Response response;
  *response.mutable_webhook() = wire::ToProto(made->webhook);
  response.set_secret(made->secret);
  return response;
}

Result<v1::WebhookDelivery> Answer(const Result<WebhookDeliveryDetails>& details) {
  if (!details.ok()) return details.error();
  v1::WebhookDelivery out = wire::ToProto(details->delivery);
  for (const WebhookAttempt& one : details->attempts) *out.add_attempts() = wire::ToProto(one);
  return out;
}

Result<v1::ListWebhooksResponse> ListAll(Webhooks& webhooks) {
  ASSIGN_OR_RETURN(const auto found, webhooks.List());
  v1::ListWebhooksResponse response;
  for (const Webhook& one : found) *response.add_webhooks() = wire::ToProto(one);
  return response;
}

Result<v1::DeleteWebhookResponse> Delete(Webhooks& webhooks, const rpc::Call& call,
                                         const v1::DeleteWebhookRequest& request) {
  ASSIGN_OR_RETURN(const WebhookChange change, ChangeOf(call, request));
  RETURN_IF_ERROR(webhooks.Delete(change));
  return v1::DeleteWebhookResponse();
}

Result<v1::ListWebhookDeliveriesResponse> List(WebhookDeliveries& deliveries,
                                               const v1::ListWebhookDeliveriesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (!v1::WebhookDeliveryState_IsValid(request.state())) {
    return InvalidFields({{"state", "is unknown"}});
  }
  WebhookDeliveryPlace before;
  const bool goes_on = page.after.size() == 2;
  if (goes_on) {
    before = {FromMicros(std::strtoll(page.after[0].c_str(), nullptr, 10)), page.after[1]};
  }
  ASSIGN_OR_RETURN(const auto found, deliveries.List(request.webhook_id(), request.state(),
                                                     page.size + 1, goes_on ? &before : nullptr));
  v1::ListWebhookDeliveriesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_deliveries() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    const WebhookDelivery& last = found[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.create_time)), last.id}));
  }
  return response;
}

void ServeDeliveries(rpc::Server& server, const std::string& service, WebhookDeliveries& deliveries,
                     WebhookCourier& courier) {
  server.Unary<v1::TestWebhookRequest, v1::WebhookDelivery>(
      service + "TestWebhook",
      [&courier](const rpc::Call&, const auto& request) -> Result<v1::WebhookDelivery> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        return Answer(courier.Test(request.id(), key));
      });
  server.Unary<v1::ListWebhookDeliveriesRequest, v1::ListWebhookDeliveriesResponse>(
      service + "ListWebhookDeliveries",
      [&deliveries](const rpc::Call&, const auto& request) { return List(deliveries, request); });
  server.Unary<v1::GetWebhookDeliveryRequest, v1::WebhookDelivery>(
      service + "GetWebhookDelivery", [&deliveries](const rpc::Call&, const auto& request) {
        return Answer(deliveries.Get(request.id()));
      });
  server.Unary<v1::RedeliverWebhookRequest, v1::WebhookDelivery>(
      service + "RedeliverWebhook",
      [&deliveries](const rpc::Call&, const auto& request) -> Result<v1::WebhookDelivery> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        ASSIGN_OR_RETURN(const WebhookDelivery again, deliveries.Redeliver(request.id(), key));
        return wire::ToProto(again);
      });
}

}  // namespace

void ServeWebhooks(rpc::Server& server, Webhooks& webhooks, WebhookDeliveries& deliveries,
                   WebhookCourier& courier) {
  const std::string service = "muara.notification.v1.Webhooks/";
  server.Unary<v1::CreateWebhookRequest, v1::CreateWebhookResponse>(
      service + "CreateWebhook",
      [&webhooks](const rpc::Call& call, const auto& request) -> Result<v1::CreateWebhookResponse> {
        ASSIGN_OR_RETURN(const WebhookChange change, ChangeOf(call, request));
        return Answer<v1::CreateWebhookResponse>(webhooks.Create(change, WebhookOf(request)));
      });
  server.Unary<v1::GetWebhookRequest, v1::Webhook>(
      service + "GetWebhook", [&webhooks](const rpc::Call&, const auto& request) {
        return Answer(webhooks.Get(request.id()));
      });
  server.Unary<v1::ListWebhooksRequest, v1::ListWebhooksResponse>(
      service + "ListWebhooks",
      [&webhooks](const rpc::Call&, const auto&) { return ListAll(webhooks); });
  server.Unary<v1::UpdateWebhookRequest, v1::Webhook>(
      service + "UpdateWebhook",
      [&webhooks](const rpc::Call& call, const auto& request) -> Result<v1::Webhook> {
        ASSIGN_OR_RETURN(const WebhookChange change, ChangeOf(call, request));
        return Answer(webhooks.Update(change, WebhookOf(request)));
      });
  server.Unary<v1::DeleteWebhookRequest, v1::DeleteWebhookResponse>(
      service + "DeleteWebhook", [&webhooks](const rpc::Call& call, const auto& request) {
        return Delete(webhooks, call, request);
      });
  server.Unary<v1::RotateWebhookSecretRequest, v1::RotateWebhookSecretResponse>(
      service + "RotateWebhookSecret",
      [&webhooks](const rpc::Call& call,
                  const auto& request) -> Result<v1::RotateWebhookSecretResponse> {
        ASSIGN_OR_RETURN(const WebhookChange change, ChangeOf(call, request));
        return Answer<v1::RotateWebhookSecretResponse>(webhooks.RotateSecret(change));
      });
  ServeDeliveries(server, service, deliveries, courier);
}

}  // namespace muara::notification
