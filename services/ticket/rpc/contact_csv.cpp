// Contacts as a table, in and out.
#include "muara/ticket/v1/contact_csv.pb.h"

#include "services/ticket/app/contacts/contact_import.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

Result<v1::ImportContactsResponse> Import(ContactImport& import, const rpc::Call& call,
                                          const v1::ImportContactsRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const Imported done,
                   import.Import(key, call.principal.subject, request.csv(),
                                 request.dry_run() ? ImportMode::kTried : ImportMode::kReal));
  v1::ImportContactsResponse response;
  response.set_created(done.created);
  response.set_updated(done.updated);
  response.set_unchanged(done.unchanged);
  response.set_refused(done.refused);
  for (const RowProblem& one : done.problems) {
    v1::ImportProblem* problem = response.add_problems();
    problem->set_line(one.line);
    problem->set_column(one.column);
    problem->set_reason(one.reason);
  }
  return response;
}

Result<v1::ExportContactsResponse> Export(ContactImport& import,
                                          const v1::ExportContactsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(auto exported,
                   import.Export(page.after.empty() ? "" : page.after[0], page.size));
  v1::ExportContactsResponse response;
  response.set_csv(std::move(exported.csv));
  if (!exported.after.empty()) {
    response.set_next_page_token(rpc::NextPageToken(request, {exported.after}));
  }
  return response;
}

}  // namespace

void ServeContactCsv(rpc::Server& server, ContactImport& import) {
  const std::string service = "muara.ticket.v1.ContactTables/";
  server.Unary<v1::ImportContactsRequest, v1::ImportContactsResponse>(
      service + "ImportContacts", [&import](const rpc::Call& call, const auto& request) {
        return Import(import, call, request);
      });
  server.Unary<v1::ExportContactsRequest, v1::ExportContactsResponse>(
      service + "ExportContacts",
      [&import](const rpc::Call&, const auto& request) { return Export(import, request); });
}

}  // namespace muara::ticket
