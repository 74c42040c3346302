#include "services/notification/wire/words.h"

#include "libs/bus/words.h"
#include "muara/connector/v1/connector.pb.h"
#include "muara/notification/v1/facts.pb.h"

namespace muara::notification::wire {
namespace {

const bus::WordFields& Words() {
  static const bus::WordFields words = {
      "muara.connector.v1.DeliverRequest.conversation",
      "muara.connector.v1.DeliverRequest.recipients",
      "muara.connector.v1.DeliverRequest.in_reply_to",
      "muara.connector.v1.DeliverRequest.references",
      "muara.connector.v1.Content.subject",
      "muara.connector.v1.Content.text",
      "muara.connector.v1.Content.html",
      "muara.connector.v1.Content.visible_text",
      "muara.connector.v1.Attachment.file_name",
      "muara.connector.v1.Choices.token",
      "muara.connector.v1.Choices.url",
      "muara.notification.v1.Delivery.conversation",
      "muara.notification.v1.Delivery.provider_message_id",
  };
  return words;
}

}  // namespace

std::optional<std::string> WithoutWords(const std::string& type, const std::string& data) {
  return bus::WithoutWords(type, data, Words());
}

std::string RequestWithoutWords(const std::string& request) {
  return *WithoutWords(connector::v1::DeliverRequest::descriptor()->full_name(), request);
}

std::vector<std::string> AddressesOf(const std::string& request) {
  connector::v1::DeliverRequest message;
  std::vector<std::string> addresses;
  if (!message.ParseFromString(request)) return addresses;
  for (const auto& point : message.recipients()) addresses.push_back(point.value());
  return addresses;
}

}  // namespace muara::notification::wire
