#include "libs/rpc/request.h"
#include "muara/ticket/v1/contacts.pb.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

Result<v1::ListContactsResponse> List(Contacts& contacts, const v1::ListContactsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  // The one kind with several spellings is the e-mail address.
  const bool address = request.point().find('@') != std::string::npos;
  const std::string point =
      address ? NormalPoint(PointKind::kEmail, request.point()) : request.point();
  ASSIGN_OR_RETURN(const auto found,
                   contacts.List(point, page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListContactsResponse response;
  for (const Contact& contact : found) {
    if (response.contacts_size() == page.size) {
      response.set_next_page_token(
          rpc::NextPageToken(request, {response.contacts(page.size - 1).id()}));
      break;
    }
    *response.add_contacts() = wire::ToProto(contact);
  }
  return response;
}

Result<v1::Contact> Rename(Contacts& contacts, const rpc::Call& call,
                           const v1::UpdateContactRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  if (request.display_name().empty() || request.display_name().size() > kNameBytesMax) {
    return InvalidFields({{"display_name", "is not 1 to 256 bytes"}});
  }
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  ASSIGN_OR_RETURN(const Contact contact,
                   contacts.Rename(ContactId{request.id()}, key, request.expected_version(),
                                   request.display_name(), call.principal.subject));
  return wire::ToProto(contact);
}

}  // namespace

void ServeContacts(rpc::Server& server, Contacts& contacts) {
  server.Unary<v1::GetContactRequest, v1::Contact>(
      "muara.ticket.v1.Contacts/GetContact",
      [&contacts](const rpc::Call&, const auto& request) -> Result<v1::Contact> {
        ASSIGN_OR_RETURN(const Contact contact, contacts.Get(ContactId{request.id()}));
        return wire::ToProto(contact);
      });
  server.Unary<v1::ListContactsRequest, v1::ListContactsResponse>(
      "muara.ticket.v1.Contacts/ListContacts",
      [&contacts](const rpc::Call&, const auto& request) { return List(contacts, request); });
  server.Unary<v1::UpdateContactRequest, v1::Contact>(
      "muara.ticket.v1.Contacts/UpdateContact",
      [&contacts](const rpc::Call& call, const auto& request) {
        return Rename(contacts, call, request);
      });
}

}  // namespace muara::ticket
