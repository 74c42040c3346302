#include "services/ticket/wire/contacts.h"
#include "libs/rpc/request.h"
#include "muara/ticket/v1/contacts.pb.h"
#include "services/ticket/rpc/contact_requests.h"
#include "services/ticket/rpc/serve.h"

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

// False: there is no such field.
bool Take(ContactUpdate& update, const v1::UpdateContactRequest& request,
          const std::string& field) {
  if (field == "display_name") {
    update.display_name = request.display_name();
  } else if (field == "account_id") {
    update.account_id = AccountId{request.account_id()};
  } else if (field == "tags") {
    update.tags = OnceEach(request.tags());
  } else if (field == "add_tags") {
    update.add_tags = OnceEach(request.add_tags());
  } else if (field == "remove_tags") {
    update.remove_tags = OnceEach(request.remove_tags());
  } else if (field == "fields") {
    TakeFields(request.fields(), update.fields, update.remove_fields);
  } else if (field == "language") {
    update.language = request.language();
  } else if (field == "time_zone") {
    update.time_zone = request.time_zone();
  } else {
    return false;
  }
  return true;
}

Result<v1::Contact> Set(Contacts& contacts, const rpc::Call& call,
                        const v1::UpdateContactRequest& request) {
  ASSIGN_OR_RETURN(const ContactChange change, ContactChangeOf(call, request));
  ContactUpdate update;
  std::vector<Violation> problems;
  if (request.update_fields().empty()) update.display_name = request.display_name();
  for (const std::string& field : request.update_fields()) {
    if (Take(update, request, field)) continue;
    problems.push_back({"update_fields", "'" + field + "' is no field that can be set"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  ASSIGN_OR_RETURN(const Contact contact, contacts.Set(change, update));
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
        return Set(contacts, call, request);
      });
}

}  // namespace muara::ticket
