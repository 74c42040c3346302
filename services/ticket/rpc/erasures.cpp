// Erasing a person, and the proof of it.
#include "services/ticket/app/contacts/erasures.h"

#include "muara/ticket/v1/erasures.pb.h"
#include "services/ticket/rpc/contact_requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/erasures.h"

namespace muara::ticket {

void ServeErasures(rpc::Server& server, Erasures& erasures) {
  const std::string service = "muara.ticket.v1.Erasures/";
  server.Unary<v1::EraseContactRequest, v1::ContactErasure>(
      service + "EraseContact",
      [&erasures](const rpc::Call& call, const auto& request) -> Result<v1::ContactErasure> {
        ASSIGN_OR_RETURN(const ContactChange change, ContactChangeOf(call, request));
        RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, kReasonBytesMax));
        ASSIGN_OR_RETURN(const Erasure erasure, erasures.Begin(change));
        return wire::ToProto(erasure);
      });
  server.Unary<v1::GetContactErasureRequest, v1::ContactErasure>(
      service + "GetContactErasure",
      [&erasures](const rpc::Call&, const auto& request) -> Result<v1::ContactErasure> {
        ASSIGN_OR_RETURN(const Erasure erasure, erasures.Get(ContactId{request.id()}));
        return wire::ToProto(erasure);
      });
}

}  // namespace muara::ticket
