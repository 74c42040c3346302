#include "services/gateway/http/gateway_fixture.h"

#include "libs/service/serve_event_log.h"
#include "muara/feedback/v1/surveys.pb.h"
#include "muara/routing/v1/simulations.pb.h"
#include "muara/ticket/v1/contacts.pb.h"
#include "muara/ticket/v1/history.pb.h"
#include "services/gateway/store/schema.h"

namespace muara::gateway {
namespace {

namespace ticket = ::muara::ticket::v1;
namespace feedback = ::muara::feedback::v1;
namespace routing = ::muara::routing::v1;

feedback::PublicSurvey PublicSurveyOf(int score) {
  feedback::PublicSurvey survey;
  survey.set_state(score == 0 ? "OPEN" : "ANSWERED");
  survey.set_minimum(1);
  survey.set_maximum(5);
  survey.set_score(score);
  survey.set_ticket_reference("MU-<7>");
  survey.set_language("id");
  return survey;
}

Status CheckToken(const std::string& token) {
  if (token == "good-token") return Ok();
  if (token == "old-token") {
    return MakeError(Code::kFailedPrecondition, "SURVEY_EXPIRED", "it is over");
  }
  return MakeError(Code::kNotFound, "NO_SUCH_SURVEY", "no survey has this token");
}

}  // namespace

TestOwner::TestOwner(const std::string& name, const rpc::TokenKeys& keys)
    : name_(name), keys_(keys) {
  database_ = *sql::Database::Open(testing::SqliteUrl(folder_), {});
  log_ = *bus::EventLog::Open(*database_, name_);
  local_log_ = std::make_unique<bus::LocalLog>(*database_, *log_);
  Start(0);
  client_ =
      std::make_unique<rpc::Client>("127.0.0.1:" + std::to_string(port_), keys_,
                                    rpc::Principal{"services/gateway", {rpc::Role::kService}});
  remote_log_ = std::make_unique<service::RemoteLog>(*client_);
}

void TestOwner::Start(int port) {
  server_ = std::make_unique<rpc::Server>(
      rpc::ServerOptions{.address = "127.0.0.1:" + std::to_string(port), .threads = 4}, keys_,
      metrics_);
  service::ServeEventLog(*server_, *local_log_);
  if (name_ == "ticket") AddContacts();
  if (name_ == "ticket") AddHistory();
  if (name_ == "feedback") AddSurveys();
  if (name_ == "routing") AddSimulations();
  CHECK(server_->Start().ok());
  port_ = server_->port();
}

void TestOwner::Restart() {
  server_.reset();
  Start(port_);
}

void TestOwner::Append(const std::string& key, const google::protobuf::Message& fact) {
  const Status appended = database_->Transact([&](sql::Tx& tx) {
    return log_->Append(tx, {key, fact.GetDescriptor()->full_name(), fact.SerializeAsString()},
                        SystemClock().Now());
  });
  CHECK(appended.ok());
}

void TestOwner::Remember(const rpc::Call& call, const google::protobuf::Message& request) {
  const std::lock_guard lock(mutex_);
  last_principal_ = call.principal;
  last_request_ = request.ShortDebugString();
  last_time_left_ = call.deadline - SystemClock().Now();
}

Duration TestOwner::last_time_left() const {
  const std::lock_guard lock(mutex_);
  return last_time_left_;
}

rpc::Principal TestOwner::last_principal() const {
  const std::lock_guard lock(mutex_);
  return last_principal_;
}

std::string TestOwner::last_request() const {
  const std::lock_guard lock(mutex_);
  return last_request_;
}

std::vector<std::string> TestOwner::watchers() const {
  const std::lock_guard lock(mutex_);
  return watchers_;
}

void TestOwner::AddSimulations() {
  server_->Unary<routing::SimulateRoutingRequest, routing::SimulateRoutingResponse>(
      "muara.routing.v1.Simulations/SimulateRouting",
      [this](const rpc::Call& call, const auto& request) {
        Remember(call, request);
        return routing::SimulateRoutingResponse();
      });
}

void TestOwner::AddContacts() {
  server_->Unary<ticket::GetContactRequest, ticket::Contact>(
      "muara.ticket.v1.Contacts/GetContact",
      [this](const rpc::Call& call, const auto& request) -> Result<ticket::Contact> {
        Remember(call, request);
        if (request.id() == "none") {
          return MakeError(Code::kNotFound, "NO_SUCH_CONTACT", "there is no contact none");
        }
        ticket::Contact contact;
        contact.set_id(request.id());
        return contact;
      });
  server_->Unary<ticket::ListContactsRequest, ticket::ListContactsResponse>(
      "muara.ticket.v1.Contacts/ListContacts", [this](const rpc::Call& call, const auto& request) {
        Remember(call, request);
        return ticket::ListContactsResponse();
      });
  server_->Unary<ticket::UpdateContactRequest, ticket::Contact>(
      "muara.ticket.v1.Contacts/UpdateContact",
      [this](const rpc::Call& call, const auto& request) -> Result<ticket::Contact> {
        Remember(call, request);
        if (request.display_name().empty()) return InvalidFields({{"display_name", "is empty"}});
        if (request.expected_version() == 9) {
          return MakeError(Code::kAborted, "VERSION_MISMATCH", "somebody was quicker");
        }
        ticket::Contact contact;
        contact.set_id(request.id());
        contact.set_display_name(request.display_name());
        return contact;
      });
}

void TestOwner::AddHistory() {
  const std::string service = "muara.ticket.v1.History/";
  server_->Unary<ticket::WatchEventsRequest, ticket::WatchEventsResponse>(
      service + "WatchEvents", [this](const rpc::Call& call, const auto&) {
        const std::lock_guard lock(mutex_);
        watchers_.push_back(call.principal.subject);
        return ticket::WatchEventsResponse();
      });
  server_->Unary<ticket::ListTicketHistoryRequest, ticket::ListTicketHistoryResponse>(
      service + "ListTicketHistory",
      [](const rpc::Call&, const auto&) { return ticket::ListTicketHistoryResponse(); });
  server_->Unary<ticket::GetTicketAtRequest, ticket::TicketAt>(
      service + "GetTicketAt", [](const rpc::Call&, const auto&) { return ticket::TicketAt(); });
  server_->Unary<ticket::ListReadsRequest, ticket::ListReadsResponse>(
      service + "ListReads",
      [](const rpc::Call&, const auto&) { return ticket::ListReadsResponse(); });
}

void TestOwner::AddSurveys() {
  server_->Unary<feedback::GetSurveyRequest, feedback::Survey>(
      "muara.feedback.v1.Surveys/GetSurvey",
      [](const rpc::Call&, const auto&) { return feedback::Survey(); });
  server_->Unary<feedback::ListSurveysRequest, feedback::ListSurveysResponse>(
      "muara.feedback.v1.Surveys/ListSurveys",
      [](const rpc::Call&, const auto&) { return feedback::ListSurveysResponse(); });
  server_->Unary<feedback::GetScoresRequest, feedback::Scores>(
      "muara.feedback.v1.Surveys/GetScores",
      [](const rpc::Call&, const auto&) { return feedback::Scores(); });
  server_->Unary<feedback::GetSurveyByTokenRequest, feedback::PublicSurvey>(
      "muara.feedback.v1.Surveys/GetSurveyByToken",
      [this](const rpc::Call& call, const auto& request) -> Result<feedback::PublicSurvey> {
        Remember(call, request);
        RETURN_IF_ERROR(CheckToken(request.token()));
        return PublicSurveyOf(score_);
      });
  server_->Unary<feedback::AnswerSurveyRequest, feedback::PublicSurvey>(
      "muara.feedback.v1.Surveys/AnswerSurvey",
      [this](const rpc::Call& call, const auto& request) -> Result<feedback::PublicSurvey> {
        Remember(call, request);
        RETURN_IF_ERROR(CheckToken(request.token()));
        score_ = request.score();
        return PublicSurveyOf(score_);
      });
}

GatewayFixture::GatewayFixture() {
  for (const char* name : {"ticket", "routing", "notification", "feedback"}) {
    owners_[name] = std::make_unique<TestOwner>(name, keys_);
  }
  database_ = *sql::Database::Open(testing::SqliteUrl(folder_), {});
  CHECK(store::Migrate(*database_).ok());
  logins_ = std::make_unique<Logins>(*database_, clock_);
  people_ = std::make_unique<People>(*database_, clock_);
  AddPeopleMethods(local_, *logins_, *people_);
  StartGateway();
}

GatewayFixture::~GatewayFixture() { StopGateway(); }

void GatewayFixture::StartGateway() {
  Owners clients;
  std::map<std::string, const bus::OwnerLog*> logs;
  for (const auto& [name, owner] : owners_) {
    clients[name] = &owner->client();
    logs[name] = &owner->remote_log();
  }
  // The services check tokens by the true time.
  backends_ = std::make_unique<Backends>(clients, keys_, system_clock_, 5000);
  api_ = std::make_unique<Api>(*RouteTable::Make(), local_, *backends_, *logins_, metrics_);
  events_ = std::make_unique<LiveEvents>(logs, events_options_);
  survey_ = std::make_unique<SurveyPage>(*backends_, clock_);
  edge_ = std::make_unique<Edge>(http::Options{.body_size_max = 100'000}, *api_, *logins_,
                                 *backends_, *events_, *survey_);
  events_->Start();
  CHECK(edge_->Start().ok());
}

void GatewayFixture::StopGateway() {
  if (edge_ != nullptr) edge_->Stop();
  edge_.reset();
  if (events_ != nullptr) events_->Stop();
  events_.reset();
}

std::string GatewayFixture::TokenFor(const std::string& role) {
  if (role.empty()) return "";
  std::string& token = tokens_[role];
  if (!token.empty()) return token;
  if (role == "integrator") {
    token = people_->CreateApiKey({"system", {role}, 1}, {"key-" + role, ""})->secret;
    return token;
  }
  const std::string agent_id = role == "agent" ? "agent-7" : "";
  CHECK(
      people_->CreateAccount({role, kPassword, role, {role}, agent_id}, {"make-" + role, ""}).ok());
  token = logins_->SignIn(role, kPassword, "test-" + role)->token;
  return token;
}

testing::HttpAnswer GatewayFixture::Call(const std::string& verb, const std::string& target,
                                         const std::string& token, const std::string& body,
                                         const std::string& headers) {
  testing::HttpClient client(edge_->port());
  std::string extra = headers;
  if (!token.empty()) extra += "Authorization: Bearer " + token + "\r\n";
  if (!body.empty() && headers.find("Content-Type") == std::string::npos) {
    extra += "Content-Type: application/json\r\n";
  }
  return client.Call(verb, target, body, extra);
}

}  // namespace muara::gateway
