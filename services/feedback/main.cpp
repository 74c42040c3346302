// muara-feedback: what contacts thought of it.
#include "libs/rpc/read_audit.h"
#include "libs/service/host.h"
#include "services/feedback/app/surveys.h"
#include "services/feedback/events/react.h"
#include "services/feedback/rpc/serve.h"
#include "services/feedback/store/surveys.h"

using namespace muara;            // NOLINT: the root of one program
using namespace muara::feedback;  // NOLINT

int main() {
  service::Host host("feedback");
  SurveyPolicy policy;
  policy.public_url = host.settings().Required("MUARA_PUBLIC_URL");
  const bool web =
      policy.public_url.starts_with("http://") || policy.public_url.starts_with("https://");
  if (!policy.public_url.empty() && (!web || policy.public_url.ends_with('/'))) {
    host.settings().Refuse("MUARA_PUBLIC_URL",
                           "is not http:// or https:// without a slash at its end");
  }
  policy.open_for =
      std::chrono::hours(host.settings().Number("MUARA_SURVEY_OPEN_HOURS", 14 * 24, 1, 8760));
  host.Need("ticket");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());

  Surveys surveys(host.database(), host.log(), host.clock(),
                  SurveyTokens(host.SecretsFor("survey")), policy);
  ServeSurveys(host.server(), surveys);
  rpc::AuditReads(host.server(), rpc::KeptBy(host.Peer("ticket")));
  bus::Consumer& ticket = host.Follow("ticket");
  OnTicketResolved(ticket, surveys);
  OnMessageReceived(ticket, surveys);
  OnTicketReopened(ticket, surveys);
  OnTicketPutAway(ticket, surveys);
  OnContactErased(ticket, surveys);
  return host.Run();
}
