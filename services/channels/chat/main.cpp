// muara-chat: customers by WebSocket on one side, the connector contract on the other.
#include "libs/log/log.h"
#include "libs/service/host.h"
#include "services/channels/chat/app/conversations.h"
#include "services/channels/chat/app/housekeeping.h"
#include "services/channels/chat/events/react.h"
#include "services/channels/chat/http/door.h"
#include "services/channels/chat/rpc/connector_service.h"
#include "services/channels/chat/settings.h"
#include "services/channels/chat/store/schema.h"

using namespace muara;        // NOLINT: the root of one program
using namespace muara::chat;  // NOLINT

int main() {
  service::Host host("chat", service::Facts::kNone);
  host.Need("ticket");
  const ChatSettings settings = ReadSettings(host.settings());
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());

  rpc::Client core(settings.core_address, host.keys(), {"services/chat", {rpc::Role::kConnector}});
  Feed feed(host.database(), settings.feed, host.metrics());
  Conversations conversations(host.database(), core, feed, settings.conversations, host.clock(),
                              host.metrics());
  Door door(settings.door, host.database(), conversations, feed, host.clock(), host.metrics());
  ServeConnector(host.server(), conversations, host.metrics());
  OnOriginalsOrphaned(host.Follow("ticket"), conversations);
  Housekeeping housekeeping(
      {{std::chrono::seconds(1), [&] { return door.EndSilentOnes(); }},
       {std::chrono::minutes(1), [&] { return conversations.ForgetOldOnes(); }}});

  host.Manage([&] { return feed.Start(); }, [&] { feed.Stop(); });
  host.Manage(
      [&]() -> Status {
        RETURN_IF_ERROR(door.Start());
        log::Info("serving chat", {{"http_port", door.port()}});
        return Ok();
      },
      [&] { door.Stop(); });
  host.Manage([&] { return housekeeping.Start(); }, [&] { housekeeping.Stop(); });
  return host.Run();
}
