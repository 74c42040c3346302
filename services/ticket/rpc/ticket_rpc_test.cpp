// What the ticket service says to callers over a real connection: code, reason and named fields.
#include "libs/rpc/rpc_fixture.h"
#include "muara/connector/v1/intake.pb.h"
#include "muara/ticket/v1/contacts.pb.h"
#include "muara/ticket/v1/custom_fields.pb.h"
#include "muara/ticket/v1/queue_policies.pb.h"
#include "muara/ticket/v1/status_names.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;
using rpc::Refusal;

class TicketRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeIntake(wire_.server(), *intake_);
    ServeTickets(wire_.server(), *tickets_, *search_);
    ServeContacts(wire_.server(), *contacts_);
    ServeQueuePolicies(wire_.server(), *policies_);
    ServeStatusNames(wire_.server(), *status_names_);
    ServeCustomFields(wire_.server(), *custom_fields_);
    wire_.Start();
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    admin_ = wire_.As("agents/admin", rpc::Role::kAdmin);
    connector_ = wire_.As("services/email", rpc::Role::kConnector);
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return agent_->Ask<Response>("muara.ticket.v1." + method, request);
  }
  template <class Request>
  Request Of(const std::string& request_id) {
    Request request;
    request.set_id(id_.value);
    request.set_request_id(request_id);
    return request;
  }
  SubmitResult Submit(const connector::v1::Submission& submission) {
    SubmitRequest request;
    *request.add_submissions() = submission;
    const auto answer =
        connector_->Ask<SubmitResponse>("muara.connector.v1.Intake/Submit", request);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    return answer.ok() ? answer->results(0) : SubmitResult();
  }
  static connector::v1::Submission Good(const std::string& key) {
    connector::v1::Submission in;
    in.set_idempotency_key(key);
    in.set_payload_digest("digest");
    in.set_channel(connector::v1::CHANNEL_EMAIL);
    in.set_endpoint(kDesk);
    in.mutable_sender()->set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
    in.mutable_sender()->set_value(" Sari@X.test ");
    in.mutable_content()->set_text("hello");
    return in;
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> agent_;
  std::unique_ptr<rpc::Client> admin_;
  std::unique_ptr<rpc::Client> connector_;
  TicketId id_;
};

TEST_P(TicketRpcTest, BadInputIsNamedByField) {
  const auto reply = [&](auto fill) {
    auto request = Of<v1::ReplyToTicketRequest>("r1");
    request.set_text("hello");
    fill(request);
    return Refusal(Ask<v1::ReplyToTicketResponse>("Tickets/ReplyToTicket", request));
  };
  EXPECT_EQ(reply([](auto& r) { r.clear_request_id(); }), "INVALID_FIELDS request_id");
  EXPECT_EQ(reply([](auto& r) { r.set_request_id(std::string(129, 'x')); }),
            "INVALID_FIELDS request_id");
  EXPECT_EQ(reply([](auto& r) { r.set_expected_version(-1); }), "INVALID_FIELDS expected_version");
  EXPECT_EQ(reply([](auto& r) { r.clear_text(); }), "INVALID_FIELDS text");
  EXPECT_EQ(reply([](auto& r) { r.set_text(std::string(kTextBytesMax + 1, 'x')); }),
            "INVALID_FIELDS text");
  EXPECT_EQ(reply([](auto& r) { r.set_seen_sequence(-1); }), "INVALID_FIELDS seen_sequence");
  EXPECT_EQ(reply([](auto& r) {
              for (int i = 0; i < 21; ++i) r.add_attachments()->set_reference("r");
            }),
            "INVALID_FIELDS attachments");
  EXPECT_EQ(reply([](auto& r) { r.set_id("nowhere"); }), "TICKET_NOT_FOUND");
  EXPECT_EQ(reply([](auto& r) { r.set_text(std::string("a\0b", 3)); }), "TEXT_WITH_NUL");
  EXPECT_EQ(reply([](auto& r) { r.set_text(std::string(kTextBytesMax, 'x')); }), "OK");
}

TEST_P(TicketRpcTest, AnUpdateNamesEverythingThatIsWrongAtOnce) {
  auto request = Of<v1::UpdateTicketRequest>("r1");
  EXPECT_EQ(Refusal(Ask<v1::Ticket>("Tickets/UpdateTicket", request)),
            "INVALID_FIELDS update_fields");
  for (const char* field : {"subject", "priority", "tags", "queue_id", "status"}) {
    request.add_update_fields(field);
  }
  request.set_subject(std::string(999, 'x'));
  request.set_priority(static_cast<v1::Priority>(99));
  for (int i = 0; i < 201; ++i) request.add_tags(std::to_string(i));
  EXPECT_EQ(Refusal(Ask<v1::Ticket>("Tickets/UpdateTicket", request)),
            "INVALID_FIELDS update_fields subject priority queue_id tags");
  request = Of<v1::UpdateTicketRequest>("r2");
  for (const char* field : {"type", "status_name", "add_tags", "remove_tags"}) {
    request.add_update_fields(field);
  }
  request.set_type("No slug");
  request.add_add_tags("");
  request.add_remove_tags(std::string(101, 'x'));
  EXPECT_EQ(Refusal(Ask<v1::Ticket>("Tickets/UpdateTicket", request)),
            "INVALID_FIELDS type add_tags remove_tags");
}

TEST_P(TicketRpcTest, MovesNameWhatIsWrong) {
  const auto refusal = [&](const std::string& method, const auto& request) {
    return Refusal(Ask<v1::Ticket>("Tickets/" + method, request));
  };
  Into(id_, Status::kOpen);
  auto snooze = Of<v1::SnoozeTicketRequest>("r1");
  EXPECT_EQ(refusal("SnoozeTicket", snooze), "INVALID_FIELDS until_time");
  snooze.mutable_until_time()->set_seconds(1);
  EXPECT_EQ(refusal("SnoozeTicket", snooze), "INVALID_FIELDS until_time");
  auto pend = Of<v1::PendTicketRequest>("r1");
  pend.mutable_until_time()->set_seconds(1);
  EXPECT_EQ(refusal("PendTicket", pend), "INVALID_FIELDS until_time");
  auto hold = Of<v1::HoldTicketRequest>("r1");
  hold.set_reason(std::string(501, 'x'));
  EXPECT_EQ(refusal("HoldTicket", hold), "INVALID_FIELDS reason");
  auto escalate = Of<v1::EscalateTicketRequest>("r1");
  EXPECT_EQ(refusal("EscalateTicket", escalate), "INVALID_FIELDS reason");
  escalate.set_reason("why");
  escalate.set_level(10);
  EXPECT_EQ(refusal("EscalateTicket", escalate), "INVALID_FIELDS level");
  escalate.set_level(1);
  escalate.set_queue_id("No slug");
  EXPECT_EQ(refusal("EscalateTicket", escalate), "INVALID_FIELDS queue_id");
  auto flag = Of<v1::FlagTicketRequest>("r1");
  flag.set_note(std::string(501, 'x'));
  EXPECT_EQ(refusal("FlagTicket", flag), "INVALID_FIELDS note");
  flag.set_note("why");
  for (const std::string& reason :
       {std::string("max_wait"), std::string("MAX WAIT"), std::string("1_MAX"), std::string("_MAX"),
        std::string("GRÖSSE"), std::string(65, 'A'), std::string("A\nB")}) {
    flag.set_reason(reason);
    EXPECT_EQ(refusal("FlagTicket", flag), "INVALID_FIELDS reason") << reason;
  }
  EXPECT_EQ(refusal("UnmarkTicketSpam", Of<v1::UnmarkTicketSpamRequest>("r1")), "WRONG_STATE");
}

TEST_P(TicketRpcTest, AnAgentUnmarksSpamAndOnlyASupervisorDeletesAndRestores) {
  const auto code = [&](const std::string& method, const auto& request) {
    return Ask<v1::Ticket>("Tickets/" + method, request).error().code;
  };
  EXPECT_EQ(code("DeleteTicket", Of<v1::DeleteTicketRequest>("r1")), Code::kPermissionDenied);
  EXPECT_EQ(code("RestoreTicket", Of<v1::RestoreTicketRequest>("r1")), Code::kPermissionDenied);
  EXPECT_EQ(code("UnflagTicket", Of<v1::UnflagTicketRequest>("r1")), Code::kPermissionDenied);
  const auto spam = Ask<v1::Ticket>("Tickets/MarkTicketSpam", Of<v1::MarkTicketSpamRequest>("r1"));
  ASSERT_TRUE(spam.ok());
  EXPECT_EQ(spam->held_status(), v1::TICKET_STATUS_NEW);
  v1::ListTicketsRequest list;
  EXPECT_EQ(Ask<v1::ListTicketsResponse>("Tickets/ListTickets", list)->tickets_size(), 0);
  list.set_status(v1::TICKET_STATUS_SPAM);
  EXPECT_EQ(Ask<v1::ListTicketsResponse>("Tickets/ListTickets", list)->tickets_size(), 1);
  EXPECT_TRUE(
      Ask<v1::Ticket>("Tickets/UnmarkTicketSpam", Of<v1::UnmarkTicketSpamRequest>("r1")).ok());
}

TEST_P(TicketRpcTest, OnlyAnAdminSetsPoliciesAndNames) {
  v1::PutQueuePolicyRequest policy;
  policy.set_queue_id("general");
  policy.set_request_id("p1");
  const auto put = [&](rpc::Client& who) {
    return who.Ask<v1::QueuePolicy>("muara.ticket.v1.QueuePolicies/PutQueuePolicy", policy);
  };
  EXPECT_EQ(put(*agent_).error().code, Code::kPermissionDenied);
  policy.set_close_after_minutes(-1);
  EXPECT_EQ(Refusal(put(*admin_)), "INVALID_FIELDS close_after_minutes");
  policy.set_close_after_minutes(30);
  policy.set_calendar_id("nowhere");
  EXPECT_EQ(Refusal(put(*admin_)), "INVALID_FIELDS calendar_id");
  policy.clear_calendar_id();
  ASSERT_TRUE(put(*admin_).ok());
  EXPECT_EQ(put(*admin_)->reopen_window_minutes(), 96 * 60) << "the default";
  v1::GetQueuePolicyRequest get;
  get.set_queue_id("general");
  EXPECT_EQ(Ask<v1::QueuePolicy>("QueuePolicies/GetQueuePolicy", get)->close_after_minutes(), 30);
  v1::PutStatusNameRequest name;
  name.set_id("parts");
  name.set_request_id("p1");
  const auto named = [&](rpc::Client& who) {
    return who.Ask<v1::StatusName>("muara.ticket.v1.StatusNames/PutStatusName", name);
  };
  EXPECT_EQ(named(*agent_).error().code, Code::kPermissionDenied);
  EXPECT_EQ(Refusal(named(*admin_)), "INVALID_FIELDS name status");
  name.set_name("Waits for parts");
  name.set_status(v1::TICKET_STATUS_ON_HOLD);
  EXPECT_EQ(Refusal(named(*admin_)), "OK");
  EXPECT_EQ(
      Ask<v1::ListStatusNamesResponse>("StatusNames/ListStatusNames", v1::ListStatusNamesRequest())
          ->status_names_size(),
      1);
}

TEST_P(TicketRpcTest, FieldsAreDeclaredByAdminsSetByAgentsAndCheckedByName) {
  v1::PutCustomFieldRequest field;
  field.set_entity("tickets");
  field.set_key("vip");
  field.set_request_id("f1");
  const auto put = [&](rpc::Client& who) {
    return who.Ask<v1::CustomField>("muara.ticket.v1.CustomFields/PutCustomField", field);
  };
  EXPECT_EQ(put(*agent_).error().code, Code::kPermissionDenied);
  EXPECT_EQ(Refusal(put(*admin_)), "INVALID_FIELDS label type");
  field.set_label("Important");
  field.set_type(v1::CUSTOM_FIELD_TYPE_BOOLEAN);
  ASSERT_TRUE(put(*admin_).ok());
  field.set_entity("agents");
  EXPECT_EQ(Refusal(put(*admin_)), "INVALID_FIELDS entity");
  auto update = Of<v1::UpdateTicketRequest>("u1");
  update.add_update_fields("fields");
  update.add_fields()->set_key("vip");
  update.mutable_fields(0)->set_text("yes");
  const auto set = [&] { return Ask<v1::Ticket>("Tickets/UpdateTicket", update); };
  EXPECT_EQ(Refusal(set()), "INVALID_FIELDS fields.vip");
  update.mutable_fields(0)->set_boolean(true);
  const auto done = set();
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->fields(0).boolean());
  update.set_request_id("u2");
  update.mutable_fields(0)->clear_value();
  EXPECT_EQ(set()->fields_size(), 0);
}

TEST_P(TicketRpcTest, PagesAreCheckedAndBoundToTheirFilters) {
  for (int i = 0; i < 4; ++i) Take(Mail("sari@x.test"));
  v1::ListTicketsRequest request;
  const auto list = [&] { return Ask<v1::ListTicketsResponse>("Tickets/ListTickets", request); };
  request.set_page_size(-1);
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS page_size");
  request.set_page_size(2);
  int seen = 0;
  do {
    const auto page = list();
    ASSERT_TRUE(page.ok());
    seen += page->tickets_size();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 5);
  request.clear_page_token();
  request.set_page_token(list()->next_page_token());
  request.set_queue_id("general");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  request.set_page_token("nonsense!");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  request.set_status(static_cast<v1::TicketStatus>(99));
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS status");
  v1::ListInteractionsRequest interactions;
  interactions.set_ticket_id(id_.value);
  interactions.set_page_size(-1);
  EXPECT_EQ(Refusal(Ask<v1::ListInteractionsResponse>("Tickets/ListInteractions", interactions)),
            "INVALID_FIELDS page_size");
}

TEST_P(TicketRpcTest, OnlyTheRightRolesMayCall) {
  const auto refused = Ask<v1::Ticket>("Tickets/CloseTicket", Of<v1::CloseTicketRequest>("r1"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  v1::GetTicketRequest get;
  get.set_id(id_.value);
  EXPECT_EQ(connector_->Ask<v1::Ticket>("muara.ticket.v1.Tickets/GetTicket", get).error().code,
            Code::kPermissionDenied);
  EXPECT_EQ(
      agent_->Ask<SubmitResponse>("muara.connector.v1.Intake/Submit", SubmitRequest()).error().code,
      Code::kPermissionDenied);
}

TEST_P(TicketRpcTest, TheSameRequestIdWithAnotherRequestIsRefused) {
  auto note = Of<v1::AddNoteRequest>("r1");
  note.set_text("one");
  const auto add = [&] { return Ask<v1::AddNoteResponse>("Tickets/AddNote", note); };
  const auto first = add();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(add()->interaction().id(), first->interaction().id());
  note.set_text("two");
  const auto refused = add();
  EXPECT_EQ(Refusal(refused), "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(refused.error().code, Code::kAlreadyExists);
}

TEST_P(TicketRpcTest, ASubmissionIsAcceptedOnceAndRefusedWithItsFields) {
  const SubmitResult first = Submit(Good("k1"));
  EXPECT_EQ(first.outcome(), SubmitResult::OUTCOME_ACCEPTED);
  EXPECT_EQ(first.contact_id(), Get(id_).contact_id.value) << "one address, two spellings";
  EXPECT_EQ(Submit(Good("k1")).outcome(), SubmitResult::OUTCOME_DUPLICATE);
  const auto refused = [&](auto spoil) {
    auto in = Good("k2");
    spoil(in);
    const SubmitResult result = Submit(in);
    EXPECT_EQ(result.outcome(), SubmitResult::OUTCOME_REFUSED);
    return result.reason() + ": " + result.detail();
  };
  EXPECT_EQ(refused([](auto& in) {
              in.set_payload_digest("other"), in.set_idempotency_key("k1");
            }).substr(0, 20),
            "IDEMPOTENCY_CONFLICT");
  const auto names = [&](const char* field, auto spoil) {
    const std::string text = refused(spoil);
    EXPECT_NE(text.find(field), std::string::npos) << text;
  };
  names("idempotency_key", [](auto& in) { in.clear_idempotency_key(); });
  names("channel", [](auto& in) { in.set_channel(static_cast<connector::v1::Channel>(99)); });
  names("origin", [](auto& in) { in.set_origin(static_cast<connector::v1::Origin>(99)); });
  names("hints.kind",
        [](auto& in) { in.add_hints()->set_kind(connector::v1::HINT_KIND_OPEN_TICKET); });
  names("sender.value", [](auto& in) { in.mutable_sender()->set_value("  "); });
  names("sender.assurance", [](auto& in) {
    in.mutable_sender()->set_assurance(static_cast<connector::v1::Assurance>(99));
  });
  names("content.text",
        [](auto& in) { in.mutable_content()->set_text(std::string(kTextBytesMax + 1, 'x')); });
  names("attachments.size_bytes", [](auto& in) {
    auto* one = in.mutable_content()->add_attachments();
    one->set_reference("sha256:00");
    one->set_size_bytes(kAttachmentBytesMax + 1);
  });
  names("references", [](auto& in) {
    for (int i = 0; i < 51; ++i) in.add_references("r");
  });
}

TEST_P(TicketRpcTest, ALongSubjectIsCutAndANulIsDroppedSoThatNoMailIsLost) {
  auto in = Good("k1");
  in.mutable_content()->set_subject(std::string(997, 'x') + "\xc3\xa4");
  in.mutable_content()->set_text(std::string("before\0after", 12));
  const SubmitResult result = Submit(in);
  ASSERT_EQ(result.outcome(), SubmitResult::OUTCOME_ACCEPTED) << result.detail();
  EXPECT_EQ(Get({result.ticket_id()}).subject, std::string(997, 'x'));
  EXPECT_EQ(On({result.ticket_id()})[0].content.text, "beforeafter");
}

TEST_P(TicketRpcTest, ContactsAreCheckedToo) {
  v1::UpdateContactRequest request;
  request.set_id(Get(id_).contact_id.value);
  request.set_request_id("r1");
  const auto update = [&] { return Refusal(Ask<v1::Contact>("Contacts/UpdateContact", request)); };
  EXPECT_EQ(update(), "INVALID_FIELDS display_name");
  request.set_display_name("Sari");
  request.set_expected_version(-1);
  EXPECT_EQ(update(), "INVALID_FIELDS expected_version");
  request.set_expected_version(1);
  EXPECT_EQ(update(), "OK");
  v1::ListContactsRequest list;
  list.set_point("SARI@x.test");
  EXPECT_EQ(Ask<v1::ListContactsResponse>("Contacts/ListContacts", list)->contacts_size(), 1);
}

TEST_P(TicketRpcTest, AQueueIsNamedAsRoutingNamesIt) {
  auto request = Of<v1::UpdateTicketRequest>("u1");
  request.add_update_fields("queue_id");
  request.set_queue_id("Second Level");
  EXPECT_EQ(Refusal(Ask<v1::Ticket>("Tickets/UpdateTicket", request)), "INVALID_FIELDS queue_id");
  request.set_queue_id("second-level");
  EXPECT_TRUE(Ask<v1::Ticket>("Tickets/UpdateTicket", request).ok());
}

TEST_P(TicketRpcTest, LongMessagesAreListedInPagesThatArrive) {
  for (int i = 0; i < 20; ++i) {
    auto message = Mail("sari@x.test");
    message.content.html = std::string(1024 * 1024, 'x');
    message.hints.push_back({HintKind::kReplyToken, id_.value});
    Take(message);
  }
  v1::ListInteractionsRequest request;
  request.set_ticket_id(id_.value);
  int seen = 0, pages = 0;
  do {
    const auto page = Ask<v1::ListInteractionsResponse>("Tickets/ListInteractions", request);
    ASSERT_TRUE(page.ok()) << page.error().message;
    EXPECT_LT(page->ByteSizeLong(), 17u * 1024 * 1024);
    for (const auto& one : page->interactions()) EXPECT_EQ(one.sequence(), ++seen);
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 21);
  EXPECT_EQ(pages, 2);
}

MUARA_ON_BOTH_ENGINES(TicketRpcTest);

}  // namespace
}  // namespace muara::ticket
