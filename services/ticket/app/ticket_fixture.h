// The whole app of the ticket service over a store of its own, for tests.
#pragma once

#include "libs/blob/memory_blobs.h"
#include "libs/bus/store_fixture.h"
#include "services/ticket/app/attachments/attachments.h"
#include "services/ticket/app/contacts/accounts.h"
#include "services/ticket/app/contacts/contact_merges.h"
#include "services/ticket/app/contacts/contact_notes.h"
#include "services/ticket/app/contacts/contact_points.h"
#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/app/contacts/erasures.h"
#include "services/ticket/app/intake.h"
#include "services/ticket/app/links/links.h"
#include "services/ticket/app/links/splits.h"
#include "services/ticket/app/search/search.h"
#include "services/ticket/app/search/search_index.h"
#include "services/ticket/app/settings/custom_fields.h"
#include "services/ticket/app/settings/status_names.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/schema.h"

namespace muara::ticket {

constexpr const char* kDesk = "desk@muara.test";

class TicketTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    Open("ticket", store::Migrate);
    search_index_ = std::make_unique<SearchIndex>(*database_, clock_);
    // However slow the machine is, one call looks at all that there is.
    constexpr Duration kEnough = std::chrono::minutes(1);
    search_ = std::make_unique<Search>(*database_, LookFor{kEnough, kEnough, kEnough});
    journal_ = std::make_unique<Journal>(*log_, Followers());
    IntakePolicy policy;
    policy.queues["billing@muara.test"] = "billing";
    policies_ = std::make_unique<QueuePolicies>(*database_, *log_, clock_, LifecyclePolicy());
    custom_fields_ = std::make_unique<CustomFields>(*database_, *log_, clock_);
    status_names_ = std::make_unique<StatusNames>(*database_, *log_, clock_);
    intake_ = std::make_unique<Intake>(*database_, *journal_, clock_, *policies_, policy);
    tickets_ =
        std::make_unique<Tickets>(*database_, *journal_, clock_, *policies_,
                                  Mailboxes{{"billing@muara.test", "billing"}, {kDesk, "general"}});
    attachments_ = std::make_unique<Attachments>(*database_, blobs_, clock_);
    links_ = std::make_unique<Links>(*database_, *journal_, clock_);
    merges_ = std::make_unique<Merges>(*database_, *journal_, clock_);
    splits_ = std::make_unique<Splits>(*database_, *journal_, clock_, *merges_);
    contacts_ = std::make_unique<Contacts>(*database_, *journal_, *search_index_, clock_);
    accounts_ = std::make_unique<Accounts>(*database_, *journal_, clock_);
    contact_merges_ = std::make_unique<ContactMerges>(*database_, *journal_, clock_);
    contact_points_ =
        std::make_unique<ContactPoints>(*database_, *journal_, *search_index_, *contacts_, clock_);
    contact_notes_ = std::make_unique<ContactNotes>(*database_, *journal_, clock_);
    erasures_ = std::make_unique<Erasures>(*database_, *log_, clock_);
  }

  // Those of the journal; asked for once, when the store is there.
  virtual std::vector<Follower*> Followers() { return {search_index_.get()}; }

  // A mail with a key of its own, from this address.
  Submission Mail(const std::string& from, const std::string& text = "help me") {
    Submission mail;
    mail.idempotency_key = "mail-" + std::to_string(++keys_);
    mail.payload_digest = "digest of " + text;
    mail.endpoint = kDesk;
    mail.provider_message_id = "<" + mail.idempotency_key + "@sender.test>";
    mail.sender = {PointKind::kEmail, from, "Name of " + from};
    mail.content.subject = "Printer";
    mail.content.text = text;
    return mail;
  }
  Submission Chat(const std::string& session, const std::string& text = "hello") {
    Submission chat = Mail(session, text);
    chat.channel = Channel::kChat;
    chat.endpoint = "widget";
    chat.sender.kind = PointKind::kChat;
    chat.conversation = session;
    chat.content.subject = "";
    return chat;
  }
  static Submission Hinted(Submission submission, HintKind kind, const std::string& value) {
    submission.hints.push_back({kind, value});
    return submission;
  }

  // A file as it is after its upload.
  Attachment Uploaded(const std::string& bytes, const std::string& file_name = "a.txt",
                      const std::string& content_type = "text/plain") {
    return *attachments_->Upload(file_name, content_type, bytes);
  }

  Accepted Take(const Submission& submission) {
    const auto accepted = intake_->Submit(submission);
    EXPECT_TRUE(accepted.ok()) << accepted.error().message;
    return accepted.ok() ? *accepted : Accepted{};
  }
  // A contact's message on a ticket, by the token of our reply address.
  Accepted Answer(const TicketId& id, const std::string& from, const std::string& text = "more") {
    return Take(Hinted(Mail(from, text), HintKind::kReplyToken, id.value));
  }
  Ticket Get(const TicketId& id) {
    const auto ticket = tickets_->Get(id);
    EXPECT_TRUE(ticket.ok());
    return ticket.ok() ? *ticket : Ticket{};
  }
  // Newest change first.
  std::vector<Ticket> List(const Filter& filter = {}) {
    std::vector<Ticket> tickets;
    const auto page = search_->Find({}, filter, 1000, {});
    EXPECT_TRUE(page.ok());
    if (!page.ok()) return tickets;
    for (const SearchHit& hit : page->hits) tickets.push_back(hit.ticket);
    return tickets;
  }
  std::vector<Interaction> On(const TicketId& id) {
    return *tickets_->ListInteractions(id, 0, 500);
  }
  // Each call is another operation, unless a key is given.
  Change Of(const TicketId& id, const std::string& key = "", int expected_version = 0) {
    const std::string own = key.empty() ? "op-" + std::to_string(++keys_) : key;
    return {id, bus::KeyFor(own, id.value), expected_version, "agents/7"};
  }
  void Resolve(const TicketId& id) { ASSERT_TRUE(tickets_->Resolve(Of(id), "").ok()); }
  // An agent's change of a contact; each call is another operation, unless a key is given.
  ContactChange OfContact(const ContactId& id, const std::string& key = "",
                          int expected_version = 0) {
    const std::string own = key.empty() ? "op-" + std::to_string(++keys_) : key;
    return {id, bus::KeyFor(own, id.value), expected_version, "agents/7", "as they asked"};
  }
  // Brings what is NEW into this state.
  void Into(const TicketId& id, Status status) {
    const auto done = [](const auto& moved) { ASSERT_TRUE(moved.ok()) << moved.error().message; };
    if (status == Status::kNew) return;
    done(tickets_->Assign(Of(id), "7", "Agent Seven"));
    if (status == Status::kPending) done(tickets_->Pend(Of(id), {}));
    if (status == Status::kOnHold) done(tickets_->Hold(Of(id)));
    if (status == Status::kSnoozed) done(tickets_->Snooze(Of(id), Later()));
    if (status == Status::kSpam) done(tickets_->MarkSpam(Of(id)));
    if (status == Status::kDeleted) done(tickets_->Delete(Of(id)));
    if (status == Status::kResolved || status == Status::kClosed) Resolve(id);
    if (status == Status::kClosed) done(tickets_->Close(Of(id)));
  }
  // An admin's change; each call is another operation.
  Edit Admin(int expected_version = 0) {
    return {bus::KeyFor("edit-" + std::to_string(++keys_)), expected_version, "agents/admin"};
  }
  Time Later() const { return clock_.Now() + std::chrono::hours(1); }
  void Close(const TicketId& id) {
    Resolve(id);
    ASSERT_TRUE(tickets_->Close(Of(id)).ok());
  }
  // A reaction in a consumer's transaction.
  muara::Status React(const std::function<muara::Status(sql::Tx&)>& reaction) {
    return database_->Transact(reaction);
  }

  std::unique_ptr<SearchIndex> search_index_;
  std::unique_ptr<Search> search_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<QueuePolicies> policies_;
  std::unique_ptr<StatusNames> status_names_;
  std::unique_ptr<CustomFields> custom_fields_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Tickets> tickets_;
  blob::MemoryBlobs blobs_{clock_};
  std::unique_ptr<Attachments> attachments_;
  std::unique_ptr<Links> links_;
  std::unique_ptr<Merges> merges_;
  std::unique_ptr<Splits> splits_;
  std::unique_ptr<Contacts> contacts_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<ContactMerges> contact_merges_;
  std::unique_ptr<ContactPoints> contact_points_;
  std::unique_ptr<ContactNotes> contact_notes_;
  std::unique_ptr<Erasures> erasures_;
  std::atomic<int> keys_{0};
};

}  // namespace muara::ticket
