#include "services/channels/chat/chat_fixture.h"

#include <boost/json.hpp>

#include "libs/base/check.h"
#include "services/channels/chat/rpc/connector_service.h"
#include "services/channels/chat/store/schema.h"

namespace muara::chat {

namespace json = boost::json;
using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;

const rpc::TokenKeys& TestKeys() {
  static const rpc::TokenKeys keys({std::string(32, 'k')});
  return keys;
}

testing::PostgresServer& SharedPostgres() {
  static testing::PostgresServer server;
  return server;
}

std::unique_ptr<sql::Database> NewStore(sql::Engine engine, const testing::TempFolder& folder) {
  const std::string url =
      engine == sql::Engine::kSqlite ? testing::SqliteUrl(folder) : SharedPostgres().NewDatabase();
  auto opened = sql::Database::Open(url, {});
  CHECK(opened.ok());
  CHECK(store::Migrate(**opened).ok());
  return std::move(*opened);
}

void RecordingCore::Start() {
  server_ = std::make_unique<rpc::Server>(rpc::ServerOptions{.address = address(), .threads = 4},
                                          TestKeys(), metrics_);
  server_->Unary<SubmitRequest, SubmitResponse>(
      "muara.connector.v1.Intake/Submit",
      [this](const rpc::Call&, const SubmitRequest& request) { return Submit(request); });
  CHECK(server_->Start().ok());
}

void RecordingCore::Stop() {
  server_->Drain(std::chrono::milliseconds(500));
  server_.reset();
}

Result<SubmitResponse> RecordingCore::Submit(const SubmitRequest& request) {
  std::unique_lock lock(mutex_);
  ++inside_;
  changed_.wait(lock, [this] { return !holding_; });
  --inside_;
  SubmitResponse response;
  for (const auto& submission : request.submissions()) {
    submissions_.push_back(submission);
    if (failure_) return MakeError(*failure_, "TEST", "test");
    SubmitResult& result = *response.add_results();
    result.set_outcome(refusing_ ? SubmitResult::OUTCOME_REFUSED : SubmitResult::OUTCOME_ACCEPTED);
    auto [known, is_new] = interactions_.try_emplace(
        submission.idempotency_key(), "interaction-" + std::to_string(interactions_.size() + 1));
    if (!is_new) result.set_outcome(SubmitResult::OUTCOME_DUPLICATE);
    result.set_interaction_id(known->second);
  }
  return response;
}

std::vector<connector::v1::Submission> RecordingCore::submissions() {
  const std::lock_guard lock(mutex_);
  return submissions_;
}

void RecordingCore::FailWith(Code code) {
  const std::lock_guard lock(mutex_);
  failure_ = code;
}

void RecordingCore::Refuse() {
  const std::lock_guard lock(mutex_);
  refusing_ = true;
}

void RecordingCore::Recover() {
  const std::lock_guard lock(mutex_);
  failure_.reset();
  refusing_ = false;
}

void RecordingCore::Hold() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void RecordingCore::Release() {
  {
    const std::lock_guard lock(mutex_);
    holding_ = false;
  }
  changed_.notify_all();
}

int RecordingCore::inside() {
  const std::lock_guard lock(mutex_);
  return inside_;
}

Replica::Replica(sql::Database& database, const std::string& core_address, ReplicaOptions options)
    : core_(core_address, TestKeys(), {"services/chat", {rpc::Role::kConnector}}),
      server_({.threads = 4}, TestKeys(), metrics_) {
  feed_ = std::make_unique<Feed>(
      database,
      FeedOptions{.poll_ms = options.poll_ms,
                  .sockets_per_session_max = options.sockets_per_session_max},
      metrics_);
  conversations_ = std::make_unique<Conversations>(
      database, core_, *feed_,
      ConversationOptions{.submits_max = options.submits_max, .submit_max_ms = 3000}, clock_,
      metrics_);
  DoorOptions door;
  door.http.connections_max = options.connections_max;
  door.limits = options.limits;
  door.origins = options.origins;
  door_ = std::make_unique<Door>(door, database, *conversations_, *feed_, clock_, metrics_);
  ServeConnector(server_, *conversations_, metrics_);
  CHECK(feed_->Start().ok() && door_->Start().ok() && server_.Start().ok());
  client_ = std::make_unique<rpc::Client>("127.0.0.1:" + std::to_string(server_.port()), TestKeys(),
                                          rpc::Principal{"services/test", {rpc::Role::kService}});
}

Replica::~Replica() {
  door_->Stop();
  server_.Drain(std::chrono::milliseconds(500));
  feed_->Stop();
}

Browser::Browser(int port, const std::string& extra_headers, int receive_buffer_bytes)
    : client_(port, receive_buffer_bytes) {
  status_ = client_.Upgrade("/v1/chat", extra_headers).status;
}

json::value Browser::Read() {
  std::string message;
  while (true) {
    const testing::WebSocketFrame frame = client_.ReadFrame();
    if (frame.opcode == 9) {
      client_.SendFrame(10, frame.payload);
      continue;
    }
    if (frame.opcode == 8) close_code_ = frame.close_code();
    if (frame.opcode != 1 && frame.opcode != 0) return {};
    message += frame.payload;
    if (frame.last) return json::parse(message);
  }
}

std::string Browser::ReadBrief() {
  const json::value value = Read();
  if (!value.is_object()) return "closed " + std::to_string(close_code_);
  const json::object& frame = value.get_object();
  std::string brief(frame.at("type").as_string());
  for (const char* field : {"from", "cid", "reason", "seq", "text"}) {
    const json::value* one = frame.if_contains(field);
    if (one == nullptr) continue;
    brief += " " + (one->is_string() ? std::string(one->get_string()) : json::serialize(*one));
  }
  return brief;
}

std::vector<std::string> Browser::ReadBriefs(int count) {
  std::vector<std::string> briefs;
  for (int i = 0; i < count; ++i) briefs.push_back(ReadBrief());
  return briefs;
}

Identity Browser::Begin(const std::string& name) {
  Send(json::serialize(
      json::object{{"type", "hello"}, {"session", ""}, {"token", ""}, {"name", name}}));
  const json::value welcome = Read();
  CHECK(welcome.is_object() && welcome.at("type") == "welcome");
  return {std::string(welcome.at("session").as_string()),
          std::string(welcome.at("token").as_string())};
}

void Browser::Resume(const Identity& identity, int64_t seen) {
  Send(json::serialize(json::object{{"type", "hello"},
                                    {"session", identity.session},
                                    {"token", identity.token},
                                    {"name", ""},
                                    {"resume", json::object{{"seq", seen}}}}));
}

void Browser::Say(const std::string& cid, const std::string& text) {
  Send(json::serialize(json::object{{"type", "message"}, {"cid", cid}, {"text", text}}));
}

DeliverRequest Reply(const Identity& to, const std::string& delivery_id, const std::string& text) {
  DeliverRequest request;
  request.set_delivery_id(delivery_id);
  request.set_attempt(1);
  request.set_endpoint("chat");
  request.set_conversation(to.session);
  request.set_purpose(connector::v1::PURPOSE_REPLY);
  request.set_author_name("Dewi");
  request.set_interaction_id("reply-" + delivery_id);
  request.mutable_content()->set_text(text);
  return request;
}

Result<DeliverResponse> Deliver(Replica& replica, const DeliverRequest& request) {
  return replica.client().Ask<DeliverResponse>("muara.connector.v1.Connector/Deliver", request);
}

}  // namespace muara::chat
