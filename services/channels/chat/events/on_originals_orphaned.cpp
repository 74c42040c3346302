#include "muara/ticket/v1/originals.pb.h"
#include "services/channels/chat/events/react.h"

namespace muara::chat {

void OnOriginalsOrphaned(bus::Consumer& ticket, Conversations& conversations) {
  const std::string ours = "conversation:" + conversations.endpoint() + "/";
  ticket.On("muara.ticket.v1.OriginalsOrphaned",
            [&conversations, ours](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
              ticket::v1::OriginalsOrphaned fact;
              if (!fact.ParseFromString(envelope.data)) {
                return MakeError(Code::kInvalidArgument, "BAD_FACT",
                                 "cannot read a " + envelope.type);
              }
              for (const std::string& one : fact.references()) {
                if (!one.starts_with(ours)) continue;
                RETURN_IF_ERROR(conversations.EraseIn(tx, one.substr(ours.size()), envelope.time));
              }
              return Ok();
            });
}

}  // namespace muara::chat
