#include "services/gateway/http/transcoder.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>

#include "google/api/annotations.pb.h"
#include "libs/base/id.h"
#include "libs/rpc/access.h"
#include "muara/routing/v1/agents.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/gateway/http/fields.h"
#include "services/gateway/http/json.h"
#include "services/gateway/http/openapi.h"

namespace muara::gateway {
namespace {

const RouteTable& Routes() {
  static const RouteTable* const kRoutes = new RouteTable(*RouteTable::Make());
  return *kRoutes;
}

Result<MessagePointer> Transcode(const std::string& verb, const std::string& target,
                                 const std::string& body = "", const http::Headers& headers = {}) {
  http::Request request{.method = verb, .path = "", .query = {}, .headers = headers, .body = body};
  RETURN_IF_ERROR(http::ParseTarget(target, request));
  const RouteTable::Found found = Routes().Find(verb, request.path);
  if (found.binding == nullptr) return MakeError(Code::kNotFound, "NO_BINDING", found.allow);
  return ToMessage(*found.binding, found.captures, request);
}

// The text form of what the request came to, or the reason of the refusal and its first field.
std::string Said(const std::string& verb, const std::string& target, const std::string& body = "",
                 const http::Headers& headers = {}) {
  const auto message = Transcode(verb, target, body, headers);
  if (message.ok()) return (*message)->ShortDebugString();
  const Error& error = message.error();
  return error.reason + (error.violations.empty() ? "" : " " + error.violations[0].field);
}

TEST(Bindings, GiveEveryPublicMethodAPathAndEveryMethodItsRoles) {
  std::set<std::string> bound;
  for (const Binding& binding : Routes().bindings()) bound.insert(binding.name);
  EXPECT_TRUE(bound.contains("muara.ticket.v1.Tickets/ReplyToTicket"));
  EXPECT_TRUE(bound.contains("muara.gateway.v1.Sessions/CreateSession"));
  std::set<std::string> open;
  for (const auto* service : AllServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string name = MethodName(*service->method(i));
      bool any = false;
      for (int role = 1; role <= 8; ++role) {
        any = any || rpc::IsAllowed(name, {static_cast<rpc::Role>(role)});
      }
      EXPECT_TRUE(any) << name << " may be called by nobody";
      if (rpc::IsPublic(name)) open.insert(name);
    }
  }
  // What is open to the world is worth a second look at every change.
  EXPECT_EQ(open, (std::set<std::string>{"muara.feedback.v1.Surveys/AnswerSurvey",
                                         "muara.feedback.v1.Surveys/GetSurveyByToken",
                                         "muara.gateway.v1.Sessions/CreateSession"}));
}

// What changes no ticket, contact or setting that somebody may have read before.
const std::map<std::string, std::string>& NeedNoVersion() {
  static const auto* const kMethods = new std::map<std::string, std::string>{
      {"BulkEdits/CreateBulkEdit", "makes one"},
      {"BusinessCalendars/CreateBusinessCalendar", "makes one"},
      {"CannedReplies/CreateCannedReply", "makes one"},
      {"ContactAccounts/CreateContactAccount", "makes one"},
      {"ContactHistory/AddContactNote", "makes one, whatever the contact is by now"},
      {"ContactTables/ImportContacts", "finds its contacts by itself, row by row"},
      {"Macros/CreateMacro", "makes one"},
      {"Search/CreateView", "makes one"},
      {"SlaPolicies/CreateSlaPolicy", "makes one"},
      {"Viewers/ViewTicket", "says who looks, which is kept for seconds"},
      {"History/WatchEvents", "keeps that somebody reads"},
  };
  return *kMethods;
}

bool Asks(const google::protobuf::MethodDescriptor& method) {
  const google::api::HttpRule& rule = method.options().GetExtension(google::api::http);
  return rule.pattern_case() == google::api::HttpRule::kGet ||
         method.name().starts_with("Search") || method.name().starts_with("Preview");
}

TEST(Bindings, NoChangeOfATicketServicesResourceForgetsTheVersionThatItIsBasedOn) {
  std::set<std::string> needless;
  for (const auto& [name, why] : NeedNoVersion()) needless.insert(name);
  for (const auto* service : AllServices()) {
    if (service->file()->package() != "muara.ticket.v1") continue;
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      const std::string name = service->name() + "/" + method.name();
      const auto* version = method.input_type()->FindFieldByName("expected_version");
      if (Asks(method) || needless.erase(name) == 1) {
        EXPECT_EQ(version, nullptr) << name << " takes one and needs none";
      } else {
        EXPECT_TRUE(version != nullptr && version->name() == "expected_version" &&
                    version->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_INT32)
            << name << " has no expected_version";
      }
    }
  }
  EXPECT_EQ(needless, std::set<std::string>()) << "are not there any more";
}

TEST(Bindings, TellAWrongVerbFromNoPath) {
  EXPECT_EQ(Routes().Find("DELETE", "/v1/tickets/7").allow, "GET, HEAD, PATCH");
  EXPECT_EQ(Routes().Find("GET", "/v1/tickets/7:reply").allow, "POST");
  EXPECT_EQ(Routes().Find("GET", "/v1/nothing").allow, "");
  EXPECT_NE(Routes().Find("HEAD", "/v1/tickets").binding, nullptr);
}

TEST(Transcoder, TakesPathAndBody) {
  EXPECT_EQ(
      Said("POST", "/v1/tickets/t1:reply", R"({"text":"hi","requestId":"r","seen_sequence":3})"),
      R"(id: "t1" request_id: "r" text: "hi" seen_sequence: 3)");
  EXPECT_EQ(Said("GET", "/v1/tickets/a%20b"), R"(id: "a b")");
  EXPECT_EQ(Said("POST", "/v1/tickets/t1:reply", R"({"id":"other","request_id":"r"})"),
            R"(id: "t1" request_id: "r")");
  EXPECT_EQ(Said("DELETE", "/v1/sessions/current"), "");
}

TEST(Transcoder, TakesTheQuery) {
  EXPECT_EQ(Said("GET", "/v1/tickets?pageSize=5&status=TICKET_STATUS_OPEN&queue_id=q%26a"),
            R"(page_size: 5 status: TICKET_STATUS_OPEN queue_id: "q&a")");
  EXPECT_EQ(Said("GET", "/v1/tickets?status=2"), "status: TICKET_STATUS_OPEN");
  EXPECT_EQ(Said("GET", "/v1/scores?from=2026-01-01T00:00:00Z"), "from { seconds: 1767225600 }");
}

TEST(Transcoder, NamesWhatIsWrongInTheQuery) {
  EXPECT_EQ(Said("GET", "/v1/tickets?colour=red"), "INVALID_FIELDS colour");
  EXPECT_EQ(Said("GET", "/v1/tickets?pageSize=many"), "INVALID_FIELDS pageSize");
  EXPECT_EQ(Said("GET", "/v1/tickets?pageSize=99999999999"), "INVALID_FIELDS pageSize");
  EXPECT_EQ(Said("GET", "/v1/tickets?status=SLEEPING"), "INVALID_FIELDS status");
  EXPECT_EQ(Said("GET", "/v1/tickets?status=77"), "INVALID_FIELDS status");
  EXPECT_EQ(Said("GET", "/v1/tickets?queue_id.x=1"), "INVALID_FIELDS queue_id.x");
  EXPECT_EQ(Said("GET", "/v1/scores?from=yesterday"), "INVALID_FIELDS from");
  EXPECT_EQ(Said("GET", "/v1/tickets?queue_id=%ff"), "INVALID_FIELDS queue_id");
  EXPECT_EQ(Said("GET", "/v1/tickets?queue_id=%e0%80%80"), "INVALID_FIELDS queue_id");
  EXPECT_EQ(Said("GET", "/v1/tickets/%ed%a0%80"), "INVALID_FIELDS id");
  EXPECT_EQ(Said("GET", "/v1/tickets?%ff=a"), "INVALID_FIELDS ");
  EXPECT_EQ(Said("POST", "/v1/tickets/t1:reply?text=x", "{}"), "INVALID_FIELDS text");
  EXPECT_EQ(Transcode("GET", "/v1/tickets?a=1&b=2").error().violations.size(), 2u);
}

TEST(Transcoder, NamesWhatIsWrongInTheBody) {
  const auto said = [](const char* body) { return Said("POST", "/v1/tickets/t1:reply", body); };
  EXPECT_EQ(said("{"), "MALFORMED_JSON");
  EXPECT_EQ(said("{'text':'x'}"), "MALFORMED_JSON");
  EXPECT_EQ(said("{} {}"), "MALFORMED_JSON");
  EXPECT_EQ(said("{\"text\":\"\xff\"}"), "MALFORMED_JSON");
  EXPECT_EQ(said((R"({"text":)" + std::string(40, '[') + std::string(40, ']') + "}").c_str()),
            "MALFORMED_JSON");
  EXPECT_EQ(said("[]"), "INVALID_FIELDS ");
  EXPECT_EQ(said(R"({"colour":1})"), "INVALID_FIELDS colour");
  EXPECT_EQ(said(R"({"text":5})"), "INVALID_FIELDS text");
  EXPECT_EQ(said(R"({"seenSequence":"many"})"), "INVALID_FIELDS seen_sequence");
  EXPECT_EQ(said(R"({"attachments":[{"colour":1}]})"), "INVALID_FIELDS attachments[0].colour");
  EXPECT_EQ(said(R"({"attachments":[{},{"sizeBytes":"x"}]})"),
            "INVALID_FIELDS attachments[1].size_bytes");
  EXPECT_EQ(Said("GET", "/v1/tickets", "{}"), "UNEXPECTED_BODY");
  const auto long_value = Transcode("POST", "/v1/tickets/t1:reply",
                                    R"({"seenSequence":")" + std::string(900'000, 'x') + "\"}");
  EXPECT_EQ(long_value.error().violations[0].field, "seen_sequence");
  EXPECT_LT(long_value.error().message.size(), 500u);
}

TEST(Transcoder, FillsTheRequestIdAndKeepsOneThatIsThere) {
  http::Headers headers;
  headers.Set("Idempotency-Key", "from-header");
  const auto id = [&](const char* body, const http::Headers& given) {
    const auto message = Transcode("POST", "/v1/tickets/t1:close", body, given);
    if (!message.ok()) return message.error().reason;
    return static_cast<ticket::v1::CloseTicketRequest&>(**message).request_id();
  };
  EXPECT_EQ(id("", headers), "from-header");
  EXPECT_EQ(id(R"({"request_id":"own"})", headers), "own");
  EXPECT_TRUE(IsUuid(id("{}", {})));
  headers.Set("Idempotency-Key", std::string(129, 'x'));
  EXPECT_EQ(id("{}", headers), "INVALID_FIELDS");
}

TEST(Transcoder, TakesTheExpectedVersionFromIfMatch) {
  const auto version = [&](const char* match, const char* body) {
    http::Headers headers;
    headers.Set("If-Match", match);
    const auto message = Transcode("POST", "/v1/tickets/t1:close", body, headers);
    if (!message.ok()) return -1;
    return static_cast<ticket::v1::CloseTicketRequest&>(**message).expected_version();
  };
  EXPECT_EQ(version("\"7\"", "{}"), 7);
  EXPECT_EQ(version("W/\"7\"", "{}"), 7);
  EXPECT_EQ(version("7", R"({"expectedVersion":5})"), 5);
  EXPECT_EQ(version("*", "{}"), 0);
  EXPECT_EQ(version("seven", "{}"), -1);
  EXPECT_EQ(version("\"-1\"", "{}"), -1);
}

TEST(Transcoder, WritesTheVersionAsETag) {
  ticket::v1::Ticket ticket;
  ticket.set_id("t1");
  ticket.set_version(4);
  const Binding* get = Routes().Find("GET", "/v1/tickets/1").binding;
  const auto response = ToResponse(*get, ticket);
  EXPECT_EQ(response->headers.Get("ETag"), "\"4\"");
  EXPECT_NE(response->body.find(R"("id":"t1")"), std::string::npos);
  EXPECT_NE(response->body.find(R"("assigneeAgentId":"")"), std::string::npos);
}

TEST(Fields, AreSetThroughDotsAndRepeats) {
  routing::v1::CreateAgentRequest agent;
  EXPECT_TRUE(SetField(agent, "queue_ids", "a").ok());
  EXPECT_TRUE(SetField(agent, "queueIds", "b").ok());
  EXPECT_EQ(agent.queue_ids_size(), 2);
  EXPECT_FALSE(SetField(agent, "skills", "x").ok());
  EXPECT_FALSE(SetField(agent, "skills.name", "x").ok());
  for (int i = 0; i < 198; ++i) EXPECT_TRUE(SetField(agent, "queue_ids", "c").ok());
  EXPECT_FALSE(SetField(agent, "queue_ids", "one too many").ok());
  ticket::v1::ReplyToTicketResponse nested;
  EXPECT_TRUE(SetField(nested, "ticket.createTime", "2026-01-01T00:00:00Z").ok());
  EXPECT_TRUE(SetField(nested, "ticket.version", "3").ok());
  EXPECT_EQ(nested.ticket().version(), 3);
  EXPECT_TRUE(SetField(nested, "interaction.unknown_sender", "true").ok());
  EXPECT_FALSE(SetField(nested, "interaction.unknown_sender", "yes").ok());
}

TEST(OpenApi, DescribesEveryBindingWithReferencesThatHold) {
  const std::string text = OpenApiDocument(Routes());
  const boost::json::object document = boost::json::parse(text).as_object();
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  const auto& submit = document.at("paths").at("/v1/interactions:submit").at("post");
  EXPECT_TRUE(submit.at("description").as_string().starts_with("Stores each submission once"));
  const auto& mail = document.at("components").at("schemas").at("muara.connector.v1.Content");
  EXPECT_EQ(mail.at("properties").at("subject").at("description").as_string(),
            "At most 998 bytes.");
  const auto& paths = document.at("paths").as_object();
  std::set<std::string> operations;
  for (const Binding& binding : Routes().bindings()) {
    std::string verb = binding.verb;
    std::transform(verb.begin(), verb.end(), verb.begin(), ::tolower);
    const auto& operation = paths.at(binding.path.Pattern()).at(verb).as_object();
    EXPECT_TRUE(operations.insert(std::string(operation.at("operationId").as_string())).second);
    EXPECT_TRUE(operation.at("responses").as_object().contains("default"));
    EXPECT_TRUE(operation.at("tags").is_array());
    EXPECT_TRUE(operation.at("parameters").is_array());
    for (const auto& parameter : operation.at("parameters").as_array()) {
      EXPECT_TRUE(parameter.as_object().at("schema").is_object());
    }
  }
  const auto& schemas = document.at("components").at("schemas").as_object();
  const std::string prefix = "#/components/schemas/";
  size_t references = 0;
  for (size_t at = 0; (at = text.find(prefix, at)) != std::string::npos; ++at, ++references) {
    const size_t begin = at + prefix.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(schemas.contains(name)) << name;
  }
  EXPECT_GT(references, 50u);
  EXPECT_EQ(paths.at("/v1/tickets").at("get").at("parameters").as_array().size(), 6u);
  EXPECT_TRUE(paths.at("/v1/sessions").at("post").at("security").as_array().empty());
}

}  // namespace
}  // namespace muara::gateway
