#include "muara/ticket/v1/originals.pb.h"
#include "services/channels/email/events/react.h"

namespace muara::email {
namespace {

constexpr std::string_view kRaw = "raw:";

}  // namespace

void OnOriginalsOrphaned(bus::Consumer& ticket, RawMails& raw_mails) {
  ticket.On("muara.ticket.v1.OriginalsOrphaned",
            [&raw_mails](sql::Tx& tx, const bus::Envelope& envelope) -> Status {
              ticket::v1::OriginalsOrphaned fact;
              if (!fact.ParseFromString(envelope.data)) {
                return MakeError(Code::kInvalidArgument, "BAD_FACT",
                                 "cannot read a " + envelope.type);
              }
              for (const std::string& one : fact.references()) {
                if (!one.starts_with(kRaw)) continue;
                RETURN_IF_ERROR(raw_mails.EraseIn(tx, one.substr(kRaw.size())));
              }
              return Ok();
            });
}

}  // namespace muara::email
