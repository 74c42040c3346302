// Macros are all or nothing; canned replies are filled in, and both are their keepers'.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/rules/rules_fixture.h"

namespace muara::ticket {
namespace {

const Keeper kAnn{"agents/7", Standing::kAgent};
const Keeper kBob{"agents/8", Standing::kAgent};
const Keeper kLead{"agents/9", Standing::kLead};

class KeptTest : public RulesAppTest {
 protected:
  std::string Macro_(std::vector<Action> actions, const Keeper& keeper = kAnn) {
    Macro macro;
    macro.name = "Done";
    macro.owner = keeper.subject;
    macro.shared = true;
    macro.actions = std::move(actions);
    const auto made =
        macros_->Create(bus::KeyFor("macro-" + std::to_string(++keys_)), std::move(macro), keeper);
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? made->id : "";
  }
  Result<CannedReply> Reply_(const std::string& text, const Keeper& keeper = kAnn) {
    CannedReply reply;
    reply.shortcut = "hi";
    reply.title = "Hi";
    reply.text = text;
    reply.owner = keeper.subject;
    return replies_->Create(bus::KeyFor("reply-" + std::to_string(++keys_)), reply);
  }
};

TEST_P(KeptTest, AMacroIsAllOfItsActionsAsItsUsersOnceForARequest) {
  const std::string macro =
      Macro_({Do(kSetPriority), Do(ActionKind::kReply, "Bye {{contact.name}}"), Do(kAddTags, "x"),
              Do(ActionKind::kResolve)});
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Into(id, Status::kOpen);
  const Change change = Of(id, "use", 2);
  ASSERT_TRUE(macros_->Apply(change, {macro}, kAnn).ok());
  EXPECT_EQ(FactTypes(id.value),
            "TicketOpened TicketAssigned TicketChanged ReplyWritten TicketChanged TicketResolved");
  EXPECT_EQ(macros_->Apply(change, {macro}, kAnn)->version, Get(id).version);
  const auto fact = LastFact<v1::TicketResolved>(id.value);
  EXPECT_EQ(fact.cause().actor(), "agents/7");
  EXPECT_EQ(fact.cause().reason(), "MACRO");
  EXPECT_EQ(fact.cause().note(), "Done");
  EXPECT_TRUE(Get(id).first_reply_time.has_value()) << "a person's reply";
}

TEST_P(KeptTest, AMacroThatCallsOutIsWrittenByLeadsAndAppliedByAll) {
  Action call{ActionKind::kWebhook};
  call.id = "0190a3c4-5d6e-7f80-9a1b-2c3d4e5f6071";
  call.text = "{{agent.name}}";
  Macro mine;
  mine.name = "Call";
  mine.owner = kAnn.subject;
  mine.actions = {call};
  EXPECT_EQ(macros_->Create(bus::KeyFor("m"), mine, kAnn).error().reason, "MACRO_NOT_ALLOWED");
  mine.id = Macro_({Do(kNote, "x")});
  EXPECT_EQ(macros_->Update(Admin(), mine, kAnn).error().reason, "MACRO_NOT_ALLOWED");
  const std::string macro = Macro_({call, Do(ActionKind::kReopen)}, kLead);
  const std::string good = Macro_({call}, kLead);
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(macros_->Apply(Of(id, "none"), {macro}, kAnn).error().reason, "WRONG_STATE");
  EXPECT_EQ(FactTypes(id.value), "TicketOpened") << "nobody is called for what was undone";
  ASSERT_TRUE(macros_->Apply(Of(id, "use"), {good, 0, "Ann"}, kAnn).ok());
  ASSERT_TRUE(macros_->Apply(Of(id, "use"), {good, 0, "Ann"}, kAnn).ok());
  EXPECT_EQ(FactTypes(id.value), "TicketOpened WebhookRequested");
  const auto fact = LastFact<v1::WebhookRequested>(id.value);
  EXPECT_EQ(fact.cause().reason(), "MACRO");
  EXPECT_EQ(fact.text(), "Ann");
}

TEST_P(KeptTest, AnActionThatIsRefusedUndoesTheOthersAndIsNamed) {
  const std::string macro =
      Macro_({Do(kSetPriority), Do(kNote, "x"), Do(ActionKind::kReopen), Do(kAddTags, "x")});
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const auto refused = macros_->Apply(Of(id, "use"), {macro}, kAnn);
  EXPECT_EQ(refused.error().reason, "WRONG_STATE");
  EXPECT_THAT(refused.error().metadata, ::testing::Contains(::testing::Pair("action", "3")));
  EXPECT_EQ(FactTypes(id.value), "TicketOpened");
  EXPECT_EQ(Get(id).version, 1);
  EXPECT_EQ(macros_->Apply(Of(id, "stale", 9), {macro}, kAnn).error().reason, "STALE_VERSION");
  const std::string close = Macro_({Do(ActionKind::kClose)}, kLead);
  EXPECT_EQ(macros_->Apply(Of(id), {close}, kAnn).error().reason, "MACRO_NOT_ALLOWED");
}

TEST_P(KeptTest, OnesOwnAreUnseenByOthersAndSharedOnesAreChangedByLeads) {
  const auto own = Reply_("Hi {{contact.name|there}}");
  ASSERT_TRUE(own.ok());
  EXPECT_EQ(replies_->Get(own->id, kBob).error().reason, "CANNED_REPLY_NOT_FOUND");
  EXPECT_TRUE(replies_->List(kBob, 10, {})->empty());
  CannedReply shared = *own;
  shared.shared = true;
  ASSERT_TRUE(replies_->Update(Admin(), shared, kAnn).ok());
  EXPECT_EQ(replies_->Update(Admin(), shared, kBob).error().reason, "NOT_YOURS");
  EXPECT_EQ(replies_->Update(Admin(), shared, kLead)->version, 3);
  EXPECT_EQ(replies_->Delete(Admin(1), own->id, kLead).error().reason, "STALE_VERSION");
  EXPECT_EQ(replies_->List(kBob, 10, {})->size(), 1);
  const std::string macro = Macro_({Do(kNote, "x")});
  EXPECT_EQ(macros_->Delete(Admin(), macro, kBob).error().reason, "NOT_YOURS");
  EXPECT_TRUE(macros_->Delete(Admin(), macro, kLead).ok());
  EXPECT_EQ(macros_->Get(macro, kAnn).error().reason, "MACRO_NOT_FOUND");
}

TEST_P(KeptTest, ACannedReplyIsFilledInAndItsVariablesAreChecked) {
  EXPECT_EQ(Reply_("Hi {{contact.nam}}").error().violations[0].description,
            "there is no variable 'contact.nam'");
  const auto reply = Reply_("Hi {{contact.name|there}}: {{ticket.subject}} by {{agent.name}}");
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(*replies_->Preview(reply->id, id, "Ann", kAnn),
            "Hi Name of ann@example.test: Printer by Ann");
  Action answer{ActionKind::kReply};
  answer.id = reply->id;
  Rule rule = Upon("answer", {"TicketOpened"}, {answer});
  EXPECT_EQ(rules_->Put(Admin(), rule).error().violations[0].field,
            "actions[0].reply.canned_reply_id")
      << "it is not shared";
  const std::string macro = Macro_({answer});
  ASSERT_TRUE(macros_->Apply(Of(id), {macro, 0, "Ann"}, kAnn).ok());
  EXPECT_EQ(LastFact<v1::ReplyWritten>(id.value).interaction().content().text(),
            "Hi Name of ann@example.test: Printer by Ann");
}

TEST_P(KeptTest, AReplyOfAMacroToAnOlderConversationIsRefused) {
  const std::string macro = Macro_({Do(kNote, "first"), Do(ActionKind::kReply, "Bye")});
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Answer(id, "ann@example.test");
  EXPECT_EQ(macros_->Apply(Of(id), {macro, 1}, kAnn).error().reason, "STALE_REPLY");
  EXPECT_TRUE(macros_->Apply(Of(id), {macro, 2}, kAnn).ok());
}

MUARA_ON_BOTH_ENGINES(KeptTest);

}  // namespace
}  // namespace muara::ticket
