// Merging contacts, and the points that people give them.
#include "services/ticket/app/contacts/contact_merges.h"
#include "muara/ticket/v1/contact_merges.pb.h"
#include "services/ticket/app/contacts/contact_points.h"
#include "services/ticket/rpc/contact_requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/contacts.h"

namespace muara::ticket {
namespace {

Result<v1::Contact> Answer(const Result<Contact>& contact) {
  if (!contact.ok()) return contact.error();
  return wire::ToProto(*contact);
}

Result<v1::Contact> Merge(ContactMerges& merges, const rpc::Call& call,
                          const v1::MergeContactRequest& request) {
  ASSIGN_OR_RETURN(const ContactChange change, ContactChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("into", request.into(), 1, 128));
  return Answer(merges.Merge(change, ContactId{request.into()},
                             Leads(call) ? MergeRights::kAny : MergeRights::kProven));
}

Result<v1::ListMergeCandidatesResponse> Candidates(ContactMerges& merges, const std::string& id) {
  ASSIGN_OR_RETURN(const auto found, merges.Candidates(ContactId{id}));
  v1::ListMergeCandidatesResponse response;
  for (const auto& one : found) {
    v1::MergeCandidate* candidate = response.add_candidates();
    *candidate->mutable_contact() = wire::ToProto(one.contact);
    candidate->set_reason(one.reason);
    candidate->set_value(one.value);
  }
  return response;
}

// Who vouches says why.
template <class Request>
Result<ContactPoint> PointOf(const rpc::Call& call, const Request& request) {
  const connector::v1::ContactPoint& said = request.point();
  std::vector<Violation> problems;
  if (said.kind() == connector::v1::CONTACT_POINT_KIND_UNSPECIFIED ||
      !connector::v1::ContactPointKind_IsValid(said.kind())) {
    problems.push_back({"point.kind", "is no known kind"});
  }
  const ContactPoint point = wire::FromProto(said);
  if (point.value.empty() || said.value().size() > kPointBytesMax) {
    problems.push_back({"point.value", "is not 1 to 320 bytes"});
  }
  if (said.display_name().size() > kNameBytesMax) {
    problems.push_back({"point.display_name", "is longer than 256 bytes"});
  }
  if (point.assurance != Assurance::kClaimed && point.assurance != Assurance::kCustomerVerified) {
    problems.push_back({"point.assurance", "is not CLAIMED or CUSTOMER_VERIFIED"});
  } else if (point.assurance == Assurance::kCustomerVerified && request.reason().empty()) {
    problems.push_back({"reason", "is required of who vouches"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  if (point.assurance == Assurance::kClaimed || Leads(call)) return point;
  return MakeError(Code::kPermissionDenied, "NOT_ALLOWED", "only supervisors vouch for a point");
}

using PointAct = Result<Contact> (ContactPoints::*)(const ContactChange&, const ContactPoint&);

template <class Request>
void ServePoint(rpc::Server& server, ContactPoints& points, const std::string& method,
                PointAct act) {
  server.Unary<Request, v1::Contact>(
      "muara.ticket.v1.ContactPoints/" + method,
      [&points, act](const rpc::Call& call, const auto& request) -> Result<v1::Contact> {
        ASSIGN_OR_RETURN(const ContactChange change, ContactChangeOf(call, request));
        ASSIGN_OR_RETURN(const ContactPoint point, PointOf(call, request));
        return Answer((points.*act)(change, point));
      });
}

}  // namespace

void ServeContactMerges(rpc::Server& server, ContactMerges& merges) {
  const std::string service = "muara.ticket.v1.ContactMerges/";
  server.Unary<v1::MergeContactRequest, v1::Contact>(
      service + "MergeContact", [&merges](const rpc::Call& call, const auto& request) {
        return Merge(merges, call, request);
      });
  server.Unary<v1::UnmergeContactRequest, v1::Contact>(
      service + "UnmergeContact",
      [&merges](const rpc::Call& call, const auto& request) -> Result<v1::Contact> {
        ASSIGN_OR_RETURN(const ContactChange change, ContactChangeOf(call, request));
        return Answer(merges.Unmerge(change));
      });
  server.Unary<v1::ListMergeCandidatesRequest, v1::ListMergeCandidatesResponse>(
      service + "ListMergeCandidates", [&merges](const rpc::Call&, const auto& request) {
        return Candidates(merges, request.id());
      });
}

void ServeContactPoints(rpc::Server& server, ContactPoints& points) {
  ServePoint<v1::AddContactPointRequest>(server, points, "AddContactPoint", &ContactPoints::Add);
  ServePoint<v1::RemoveContactPointRequest>(server, points, "RemoveContactPoint",
                                            &ContactPoints::Remove);
  ServePoint<v1::SetContactPointAssuranceRequest>(server, points, "SetContactPointAssurance",
                                                  &ContactPoints::SetAssurance);
}

}  // namespace muara::ticket
