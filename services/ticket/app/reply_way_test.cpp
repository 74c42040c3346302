// Replies by a way that the agent chose: what is sent where, and what is refused.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

constexpr const char* kBilling = "billing@muara.test";

class ReplyWayTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    chat_ = Take(Chat("visit-1"));
  }
  static ReplyTarget To(PointKind kind, const std::string& value,
                        const std::string& endpoint = "") {
    return {kind, value, endpoint};
  }
  static ReplyTarget Mailed(const std::string& address, const std::string& endpoint = "") {
    return To(PointKind::kEmail, address, endpoint);
  }
  static ReplyTarget By(const std::string& endpoint) { return {std::nullopt, "", endpoint}; }
  Result<Written> Reply(const TicketId& id, const ReplyTarget& target) {
    Outgoing outgoing{"here is the answer"};
    outgoing.target = target;
    return tickets_->Reply(Of(id), outgoing);
  }
  // "EMAIL desk@muara.test ana@x.test", or the reason and the fields that are wrong.
  std::string Way(const Result<Written>& written) {
    if (written.ok()) {
      const Interaction& one = written->interaction;
      return std::to_string(static_cast<int>(one.channel)) + " " + one.endpoint + " " +
             one.points.at(0).value;
    }
    std::string text = written.error().reason;
    for (const Violation& one : written.error().violations) text += " " + one.field;
    return text;
  }
  std::string WayOf(const TicketId& id, const ReplyTarget& target) {
    return Way(Reply(id, target));
  }
  void Vouch(const ContactId& id, const std::string& address) {
    const auto added = contact_points_->Add(
        OfContact(id), {PointKind::kEmail, address, "", Assurance::kCustomerVerified});
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
  // Whoever takes it in by the last part of its way.
  void Merge(const ContactId& from, const ContactId& into) {
    const auto merged = contact_merges_->Merge(OfContact(from), into, MergeRights::kAny);
    ASSERT_TRUE(merged.ok()) << merged.error().message;
  }

  Accepted chat_;
};

TEST_P(ReplyWayTest, AChatIsAnsweredByMailAndTheAnswerComesToTheSameTicket) {
  Vouch(chat_.contact_id, "ana@x.test");
  const auto written = Reply(chat_.ticket_id, Mailed(" Ana@X.test"));
  ASSERT_EQ(Way(written), std::string("1 ") + kDesk + " ana@x.test");
  EXPECT_EQ(written->interaction.conversation, chat_.ticket_id.value);
  EXPECT_EQ(written->interaction.in_reply_to, "");
  const auto told = LastFact<v1::ReplyWritten>(chat_.ticket_id.value).interaction();
  EXPECT_EQ(told.channel(), connector::v1::CHANNEL_EMAIL);
  EXPECT_EQ(told.contact_points(0).value(), "ana@x.test");
  EXPECT_EQ(told.endpoint(), kDesk);
  // The chat goes on as it was until the contact writes elsewhere.
  EXPECT_EQ(WayOf(chat_.ticket_id, {}), "2 widget visit-1");
  EXPECT_EQ(Answer(chat_.ticket_id, "ana@x.test").ticket_id, chat_.ticket_id);
  EXPECT_FALSE(On(chat_.ticket_id).back().unknown_sender);
  EXPECT_EQ(WayOf(chat_.ticket_id, {}), std::string("1 ") + kDesk + " ana@x.test");
  EXPECT_EQ(On(chat_.ticket_id).back().in_reply_to, On(chat_.ticket_id)[3].provider_message_id);
  const auto back = Reply(chat_.ticket_id, To(PointKind::kChat, "visit-1"));
  EXPECT_EQ(Way(back), "2 widget visit-1");
  EXPECT_EQ(back->interaction.conversation, "visit-1");
}

TEST_P(ReplyWayTest, WhatIsMerelyClaimedGetsNothing) {
  Submission claiming = Chat("visit-2");
  claiming.claims = {{PointKind::kEmail, "victim@x.test"}};
  const TicketId id = Take(claiming).ticket_id;
  EXPECT_EQ(WayOf(id, Mailed("victim@x.test")), "INVALID_FIELDS target.value");
  const ContactId victim = Take(Mail("victim@x.test")).contact_id;
  EXPECT_EQ(WayOf(id, Mailed("victim@x.test")), "INVALID_FIELDS target.value") << "nobody here";
  ASSERT_EQ(Answer(id, "victim@x.test").ticket_id, id);
  EXPECT_EQ(WayOf(id, Mailed("victim@x.test")), "INVALID_FIELDS target.value") << "a From alone";
  const auto vouched = contact_points_->SetAssurance(
      OfContact(victim), {PointKind::kEmail, "victim@x.test", "", Assurance::kCustomerVerified});
  ASSERT_TRUE(vouched.ok());
  EXPECT_EQ(WayOf(id, Mailed("victim@x.test")), std::string("1 ") + kDesk + " victim@x.test");
  EXPECT_EQ(Get(id).interaction_count, 3) << "what was refused is not written";
}

TEST_P(ReplyWayTest, TheContactsOwnAddressIsGoodOnATicketThatItWroteOn) {
  const Accepted mail = Take(Mail("sari@x.test"));
  EXPECT_EQ(WayOf(mail.ticket_id, Mailed("sari@x.test")),
            std::string("1 ") + kDesk + " sari@x.test");
  EXPECT_EQ(On(mail.ticket_id).back().in_reply_to, On(mail.ticket_id)[0].provider_message_id);
  Merge(mail.contact_id, chat_.contact_id);
  EXPECT_EQ(WayOf(chat_.ticket_id, Mailed("sari@x.test")), "INVALID_FIELDS target.value");
  Answer(chat_.ticket_id, "sari@x.test");
  EXPECT_EQ(WayOf(chat_.ticket_id, Mailed("sari@x.test")),
            std::string("1 ") + kDesk + " sari@x.test");
}

TEST_P(ReplyWayTest, AMailboxAloneIsEnoughWhereItIsClearWhomItReaches) {
  const TicketId mail = Take(Mail("sari@x.test")).ticket_id;
  const auto written = Reply(mail, By(kBilling));
  EXPECT_EQ(Way(written), std::string("1 ") + kBilling + " sari@x.test");
  EXPECT_EQ(written->interaction.in_reply_to, On(mail)[0].provider_message_id);
  EXPECT_EQ(WayOf(chat_.ticket_id, By(kBilling)), "INVALID_FIELDS target.value") << "none";
  Vouch(chat_.contact_id, "ana@x.test");
  EXPECT_EQ(WayOf(chat_.ticket_id, By(kBilling)), std::string("1 ") + kBilling + " ana@x.test");
  EXPECT_EQ(WayOf(chat_.ticket_id, By("widget")), "2 widget visit-1");
  Vouch(chat_.contact_id, "ana@y.test");
  EXPECT_EQ(WayOf(chat_.ticket_id, By(kDesk)), "INVALID_FIELDS target.value") << "several";
  EXPECT_EQ(WayOf(chat_.ticket_id, Mailed("ana@y.test", kDesk)),
            std::string("1 ") + kDesk + " ana@y.test");
}

TEST_P(ReplyWayTest, WhatIsWrongIsNamed) {
  const TicketId id = chat_.ticket_id;
  Vouch(chat_.contact_id, "ana@x.test");
  const auto phone = contact_points_->Add(
      OfContact(chat_.contact_id), {PointKind::kPhone, "+62811", "", Assurance::kCustomerVerified});
  ASSERT_TRUE(phone.ok());
  EXPECT_EQ(WayOf(id, To(PointKind::kPhone, "+62811")), "INVALID_FIELDS target.kind");
  EXPECT_EQ(WayOf(id, {std::nullopt, "ana@x.test", ""}), "INVALID_FIELDS target.kind");
  EXPECT_EQ(WayOf(id, To(PointKind::kEmail, "")), "INVALID_FIELDS target.value");
  EXPECT_EQ(WayOf(id, By("nowhere@x.test")), "INVALID_FIELDS target.endpoint");
  EXPECT_EQ(WayOf(id, Mailed("ana@x.test", "nowhere@x.test")), "INVALID_FIELDS target.endpoint");
  EXPECT_EQ(WayOf(id, Mailed("ana@x.test", "widget")), "INVALID_FIELDS target.endpoint");
  EXPECT_EQ(WayOf(id, To(PointKind::kChat, "visit-1", kDesk)), "INVALID_FIELDS target.endpoint");
  Tickets boxless(*database_, *journal_, clock_, *policies_);
  Outgoing outgoing{"hello"};
  outgoing.target = Mailed("ana@x.test");
  EXPECT_EQ(Way(boxless.Reply(Of(id), outgoing)), "INVALID_FIELDS target.endpoint");
  EXPECT_EQ(Get(id).interaction_count, 1);
}

TEST_P(ReplyWayTest, AChatIsAnsweredOnItsTicketAlone) {
  const Accepted mail = Take(Mail("sari@x.test"));
  Merge(mail.contact_id, chat_.contact_id);
  EXPECT_EQ(WayOf(mail.ticket_id, To(PointKind::kChat, "visit-1")), "INVALID_FIELDS target.value");
}

TEST_P(ReplyWayTest, TheGuardAgainstStaleRepliesHoldsForEveryWay) {
  Vouch(chat_.contact_id, "ana@x.test");
  Take(Chat("visit-1", "and one more thing"));
  Outgoing outgoing{"hello", {}, 1};
  outgoing.target = Mailed("ana@x.test");
  EXPECT_EQ(tickets_->Reply(Of(chat_.ticket_id), outgoing).error().reason, "STALE_REPLY");
}

MUARA_ON_BOTH_ENGINES(ReplyWayTest);

}  // namespace
}  // namespace muara::ticket
