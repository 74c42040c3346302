#include "libs/rpc/read_audit.h"

#include "libs/base/id.h"
#include "muara/access/v1/reads.pb.h"

namespace muara::rpc {
namespace {

constexpr size_t kNameBytesMax = 200;
// Whoever reads waits for it.
constexpr int kKeepMs = 2000;

// Whose words are asked for: the id in the request.
std::string ResourceOf(const google::protobuf::Message& request) {
  for (const char* name : {"id", "ticket_id", "contact_id"}) {
    const auto* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      continue;
    }
    std::string id = request.GetReflection()->GetString(request, field);
    // Nothing else is kept: somebody may ask for an address.
    return IsUuid(id) ? id : "";
  }
  return "";
}

Result<ReadNote> NoteOf(const access::v1::NoteReadRequest& request) {
  std::vector<Violation> problems;
  const auto check = [&](const char* field, const std::string& value) {
    if (!value.empty() && value.size() <= kNameBytesMax) return;
    problems.push_back({field, "is not 1 to 200 bytes"});
  };
  check("reader", request.reader());
  check("method", request.method());
  if (!request.resource().empty() && !IsUuid(request.resource())) {
    problems.push_back({"resource", "is no id"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return ReadNote{request.reader(), request.method(), request.resource()};
}

}  // namespace

void AuditReads(Server& server, KeepRead keep) {
  server.Audit([keep = std::move(keep)](const Call& call,
                                        const google::protobuf::Message& request) -> Status {
    if (call.principal.Has(Role::kService)) return Ok();
    return keep({call.principal.subject, call.method, ResourceOf(request)});
  });
}

KeepRead KeptBy(Client& keeper) {
  return [&keeper](const ReadNote& note) -> Status {
    access::v1::NoteReadRequest request;
    request.set_reader(note.reader);
    request.set_method(note.method);
    request.set_resource(note.resource);
    access::v1::NoteReadResponse response;
    const Status kept =
        keeper.Call("muara.access.v1.Reads/NoteRead", request, &response, {.deadline_ms = kKeepMs});
    if (kept.ok() || kept.error().code != Code::kDeadlineExceeded) return kept;
    return MakeError(Code::kUnavailable, "READ_NOT_KEPT", "who reads could not be kept in time");
  };
}

void ServeReads(Server& server, KeepRead keep) {
  server.Unary<access::v1::NoteReadRequest, access::v1::NoteReadResponse>(
      "muara.access.v1.Reads/NoteRead",
      [keep = std::move(keep)](const Call&,
                               const auto& request) -> Result<access::v1::NoteReadResponse> {
        ASSIGN_OR_RETURN(ReadNote note, NoteOf(request));
        RETURN_IF_ERROR(keep(std::move(note)));
        return access::v1::NoteReadResponse();
      });
}

}  // namespace muara::rpc
