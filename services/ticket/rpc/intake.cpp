#include "libs/log/log.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;

constexpr int kSubmissionsMax = 100;

// What will never be accepted is said of this one alone; a passing error ends the whole call.
bool IsFinal(const Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kAlreadyExists ||
         error.code == Code::kFailedPrecondition;
}

muara::Status SubmitOne(Intake& intake, const connector::v1::Submission& in, SubmitResult& out) {
  const auto accepted = [&]() -> Result<Accepted> {
    ASSIGN_OR_RETURN(const Submission submission, wire::FromProto(in));
    return intake.Submit(submission);
  }();
  if (!accepted.ok()) {
    if (!IsFinal(accepted.error())) return accepted.error();
    log::Info("message refused", {{"reason", accepted.error().reason}});
    out.set_outcome(SubmitResult::OUTCOME_REFUSED);
    out.set_reason(accepted.error().reason);
    out.set_detail(accepted.error().message);
    return Ok();
  }
  out.set_outcome(accepted->duplicate ? SubmitResult::OUTCOME_DUPLICATE
                                      : SubmitResult::OUTCOME_ACCEPTED);
  out.set_ticket_id(accepted->ticket_id.value);
  out.set_interaction_id(accepted->interaction_id.value);
  out.set_contact_id(accepted->contact_id.value);
  out.set_ticket_opened(accepted->ticket_opened);
  log::Info("message taken", {{"ticket_id", accepted->ticket_id.value},
                              {"interaction_id", accepted->interaction_id.value},
                              {"duplicate", accepted->duplicate},
                              {"opened", accepted->ticket_opened}});
  return Ok();
}

}  // namespace

void ServeIntake(rpc::Server& server, Intake& intake) {
  server.Unary<SubmitRequest, SubmitResponse>(
      "muara.connector.v1.Intake/Submit",
      [&intake](const rpc::Call&, const SubmitRequest& request) -> Result<SubmitResponse> {
        if (request.submissions_size() < 1 || request.submissions_size() > kSubmissionsMax) {
          return InvalidFields({{"submissions", "are not 1 to 100"}});
        }
        SubmitResponse response;
        for (const auto& submission : request.submissions()) {
          RETURN_IF_ERROR(SubmitOne(intake, submission, *response.add_results()));
        }
        return response;
      });
}

}  // namespace muara::ticket
