#include "muara/ticket/v1/custom_fields.pb.h"

#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket {
namespace {

Result<FieldEntity> EntityOf(const std::string& name) {
  if (name == "tickets") return FieldEntity::kTicket;
  if (name == "contacts") return FieldEntity::kContact;
  if (name == "accounts") return FieldEntity::kAccount;
  return InvalidFields({{"entity", "is not tickets, contacts or accounts"}});
}

Result<v1::CustomField> Get(CustomFields& fields, const v1::GetCustomFieldRequest& request) {
  ASSIGN_OR_RETURN(const FieldEntity entity, EntityOf(request.entity()));
  ASSIGN_OR_RETURN(const CustomField field, fields.Get(entity, request.key()));
  return wire::ToProto(field);
}

Result<v1::ListCustomFieldsResponse> List(CustomFields& fields,
                                          const v1::ListCustomFieldsRequest& request) {
  ASSIGN_OR_RETURN(const FieldEntity entity, EntityOf(request.entity()));
  ASSIGN_OR_RETURN(const auto found, fields.List(entity));
  v1::ListCustomFieldsResponse response;
  for (const CustomField& field : found) *response.add_custom_fields() = wire::ToProto(field);
  return response;
}

Result<v1::CustomField> Put(CustomFields& fields, const rpc::Call& call,
                            const v1::PutCustomFieldRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  CustomField field;
  ASSIGN_OR_RETURN(field.entity, EntityOf(request.entity()));
  field.key = request.key();
  field.label = request.label();
  field.type = static_cast<FieldType>(request.type());
  field.options.assign(request.options().begin(), request.options().end());
  field.required_on_resolve = request.required_on_resolve();
  field.max = request.max();
  field.archived = request.archived();
  ASSIGN_OR_RETURN(const CustomField now, fields.Put(edit, std::move(field)));
  return wire::ToProto(now);
}

}  // namespace

void ServeCustomFields(rpc::Server& server, CustomFields& fields) {
  const std::string service = "muara.ticket.v1.CustomFields/";
  server.Unary<v1::GetCustomFieldRequest, v1::CustomField>(
      service + "GetCustomField",
      [&fields](const rpc::Call&, const auto& request) { return Get(fields, request); });
  server.Unary<v1::ListCustomFieldsRequest, v1::ListCustomFieldsResponse>(
      service + "ListCustomFields",
      [&fields](const rpc::Call&, const auto& request) { return List(fields, request); });
  server.Unary<v1::PutCustomFieldRequest, v1::CustomField>(
      service + "PutCustomField",
      [&fields](const rpc::Call& call, const auto& request) { return Put(fields, call, request); });
}

}  // namespace muara::ticket
