// What admins decide for a queue, and what it does to its tickets.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class PoliciesTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ASSERT_TRUE(policies_->TakeDefaults().ok());
    Aim();
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }
  static QueuePolicy Policy(const std::string& queue = "general") {
    QueuePolicy policy;
    policy.queue_id = queue;
    policy.lifecycle = {std::chrono::hours(1), std::chrono::hours(2)};
    policy.dispositions = {{"fixed", "Fixed"}, {"no-fault", "No fault\tfound"}};
    policy.escalation_queue_ids = {"second", "third"};
    return policy;
  }
  static QueuePolicy Strict() {
    QueuePolicy policy = Policy();
    policy.disposition_required = true;
    return policy;
  }
  void Put(const QueuePolicy& policy) { ASSERT_TRUE(policies_->Put(Admin(), policy).ok()); }
  void Aim() {
    while (*tickets_->AimClosing() > 0) continue;
  }
  Result<Ticket> Update(const ticket::Update& update) { return tickets_->Set(Of(id_), update); }
  NamedStatus Named(const std::string& id, Status status) {
    const auto name = status_names_->Put(Admin(), {id, "Our word", status});
    EXPECT_TRUE(name.ok());
    return name.ok() ? *name : NamedStatus{};
  }

  TicketId id_;
};

TEST_P(PoliciesTest, AQueueWithoutOneHasTheDefaults) {
  const auto policy = policies_->Get("general");
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy->version, 0);
  EXPECT_EQ(policy->lifecycle.close_after, LifecyclePolicy().close_after);
  EXPECT_TRUE(policies_->List(10, "")->empty());
}

TEST_P(PoliciesTest, OneIsSetOnceToldAndListed) {
  const Edit edit = Admin();
  ASSERT_TRUE(policies_->Put(edit, Policy()).ok());
  EXPECT_EQ(policies_->Put(edit, Policy())->version, 1);
  EXPECT_EQ(policies_->Get("general")->dispositions.at(1).name, "No fault\tfound");
  EXPECT_EQ(policies_->Put(Admin(7), Policy()).error().reason, "STALE_VERSION");
  EXPECT_EQ(policies_->Put(Admin(1), Policy())->version, 2);
  EXPECT_EQ(FactTypes("queue-policies/general"), "QueuePolicyChanged QueuePolicyChanged");
  const auto fact = LastFact<v1::QueuePolicyChanged>("queue-policies/general");
  EXPECT_EQ(fact.queue_policy().close_after_minutes(), 120);
  EXPECT_EQ(fact.cause().actor(), "agents/admin");
  Put(Policy("alpha"));
  EXPECT_EQ(policies_->List(10, "")->at(0).queue_id, "alpha");
  EXPECT_EQ(policies_->List(10, "alpha")->size(), 1u);
}

TEST_P(PoliciesTest, OfManyEditsOfOneVersionOneWins) {
  Put(Policy());
  std::atomic<int> won{0};
  bus::AtOnce(6, [&](int) { won += policies_->Put(Admin(1), Policy()).ok() ? 1 : 0; });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(policies_->Get("general")->version, 2);
}

TEST_P(PoliciesTest, EverythingThatIsWrongIsNamed) {
  QueuePolicy bad = Policy("No Slug");
  bad.lifecycle.close_after = std::chrono::hours(24 * 400);
  bad.dispositions.push_back({"fixed", ""});
  bad.escalation_queue_ids = {"X"};
  const auto refused = policies_->Put(Admin(), bad);
  std::string fields;
  for (const Violation& one : refused.error().violations) fields += one.field + " ";
  EXPECT_EQ(fields,
            "queue_id close_after_minutes dispositions.code dispositions.name "
            "escalation_queue_ids ");
}

TEST_P(PoliciesTest, ItsOwnWindowDecidesWhetherAMessageReopens) {
  Put(Policy());
  Resolve(id_);
  clock_.Advance(std::chrono::hours(1) + Duration(1));
  EXPECT_NE(Answer(id_, "sari@x.test").ticket_id, id_) << "within the default window";
}

TEST_P(PoliciesTest, ItsOwnTimeClosesAlsoWhatWasResolvedBefore) {
  Resolve(id_);
  Put(Policy());
  EXPECT_EQ(*tickets_->AimClosing(), 1);
  EXPECT_EQ(*tickets_->NextDue(), clock_.Now() + std::chrono::hours(2));
  Submission other = Mail("sari@x.test");
  other.endpoint = "billing@muara.test";
  const TicketId slow = Take(other).ticket_id;
  Resolve(slow);
  clock_.Advance(std::chrono::hours(2));
  EXPECT_EQ(*tickets_->FireDue(), 1);
  EXPECT_EQ(Get(id_).status, Status::kClosed);
  EXPECT_EQ(Get(slow).status, Status::kResolved);
  // Moved to the quicker queue it closes as that one has it.
  ticket::Update move;
  move.queue_id = "general";
  ASSERT_TRUE(tickets_->Set(Of(slow), move).ok());
  EXPECT_EQ(*tickets_->FireDue(), 1);
}

TEST_P(PoliciesTest, OtherDefaultsAimTheClosingAnewAndLeaveOwnPoliciesAlone) {
  Put(Policy());
  Resolve(id_);
  Submission other = Mail("sari@x.test");
  other.endpoint = "billing@muara.test";
  Resolve(Take(other).ticket_id);
  QueuePolicies later(*database_, *log_, clock_, {std::chrono::hours(1), std::chrono::hours(1)});
  ASSERT_TRUE(later.TakeDefaults().ok());
  Aim();
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(*tickets_->FireDue(), 1);
  EXPECT_EQ(Get(id_).status, Status::kResolved);
}

TEST_P(PoliciesTest, TheClosingIsAimedInStepsByWhoeverGoesOn) {
  std::vector<TicketId> ids;
  for (int i = 0; i < 450; ++i) {
    ids.push_back(Take(Mail("sari@x.test")).ticket_id);
    Resolve(ids.back());
    if (i % 100 == 0) clock_.Advance(Duration(1));  // most at one moment
  }
  const Time resolved = clock_.Now();
  Put(Policy());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*tickets_->AimClosing(), 100);
  const auto in_time = [&] {
    return std::count_if(ids.begin(), ids.end(), [&](const TicketId& id) {
      return *Get(id).close_due <= resolved + std::chrono::hours(2);
    });
  };
  EXPECT_EQ(in_time(), 400);
  QueuePolicies restarted(*database_, *log_, clock_, LifecyclePolicy());
  ASSERT_TRUE(restarted.TakeDefaults().ok());
  Tickets others(*database_, *journal_, clock_, restarted);
  EXPECT_EQ(*others.AimClosing(), 50);
  EXPECT_EQ(in_time(), 450);
  EXPECT_EQ(*others.AimClosing(), 0);
  for (const TicketId& id : ids) {
    EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketResolved TicketChanged") << "told once";
  }
}

// Changes no ticket of this subject.
struct Broken final : Follower {
  muara::Status Follow(sql::Tx&, const Entry& entry, Time) override {
    if (entry.ticket.subject != "Broken") return Ok();
    return MakeError(Code::kInternal, "BROKEN", "");
  }
};

TEST_P(PoliciesTest, OneTicketThatCannotBeAimedHoldsUpNoOther) {
  Submission bad = Mail("sari@x.test");
  bad.content.subject = "Broken";
  const TicketId broken = Take(bad).ticket_id;
  Resolve(broken);
  Resolve(id_);
  Put(Policy());
  Broken breaks;
  const Journal journal(*log_, {&breaks});
  Tickets tickets(*database_, journal, clock_, *policies_);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(*tickets.AimClosing(), 2);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("BROKEN"), std::string::npos);
  EXPECT_EQ(*tickets.AimClosing(), 0);
  EXPECT_EQ(*Get(id_).close_due, clock_.Now() + std::chrono::hours(2));
  EXPECT_EQ(FactTypes(broken.value), "TicketOpened TicketResolved");
}

TEST_P(PoliciesTest, NoTicketIsLookedAtUnlessTheClosingTimeIsAnother) {
  Put(Policy());
  Resolve(id_);
  Aim();
  QueuePolicies restarted(*database_, *log_, clock_, LifecyclePolicy());
  ASSERT_TRUE(restarted.TakeDefaults().ok());
  Put(Strict());
  EXPECT_EQ(*tickets_->AimClosing(), 0);
  QueuePolicy longer = Policy();
  longer.lifecycle.close_after = std::chrono::hours(9);
  Put(longer);
  EXPECT_EQ(*tickets_->AimClosing(), 1);
  EXPECT_EQ(*Get(id_).close_due, clock_.Now() + std::chrono::hours(9));
}

TEST_P(PoliciesTest, ADispositionIsRequiredWhereThePolicySaysSo) {
  Put(Strict());
  const auto none = tickets_->Resolve(Of(id_), "");
  EXPECT_EQ(none.error().reason, "DISPOSITION_REQUIRED");
  EXPECT_EQ(none.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(none.error().metadata.at(0).second, "fixed, no-fault");
  EXPECT_EQ(tickets_->Resolve(Of(id_), "magic").error().violations.at(0).field, "disposition");
  const auto done = tickets_->Resolve(Of(id_), "fixed");
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(LastFact<v1::TicketResolved>(id_.value).ticket().disposition(), "fixed");
  ASSERT_TRUE(tickets_->Reopen(Of(id_)).ok());
  EXPECT_EQ(Get(id_).disposition, "") << "it is not resolved any more";
}

TEST_P(PoliciesTest, EscalatingMovesUpTellsWhenceAndKeepsTheState) {
  Put(Policy());
  Into(id_, Status::kOnHold);
  Change change = Of(id_);
  change.why = "needs a specialist";
  ASSERT_TRUE(tickets_->Escalate(change, 0, "").ok());
  ASSERT_TRUE(tickets_->Escalate(change, 0, "").ok()) << "again is once";
  Ticket ticket = Get(id_);
  EXPECT_EQ(ticket.queue_id, "second");
  EXPECT_EQ(ticket.escalation_level, 1);
  EXPECT_EQ(ticket.assignee_id, "");
  EXPECT_EQ(ticket.status, Status::kOnHold);
  const auto fact = LastFact<v1::TicketEscalated>(id_.value);
  EXPECT_EQ(fact.from_queue_id(), "general");
  EXPECT_EQ(fact.from_agent_id(), "7");
  EXPECT_EQ(fact.cause().note(), "needs a specialist");
  EXPECT_EQ(tickets_->Escalate(Of(id_), 0, "").error().reason, "NO_ESCALATION_TARGET");
  EXPECT_EQ(tickets_->Escalate(Of(id_), 1, "third").error().reason, "LEVEL_NOT_HIGHER");
  EXPECT_EQ(tickets_->Escalate(Of(id_), 5, "board")->escalation_level, 5);
  Resolve(id_);
  EXPECT_EQ(tickets_->Escalate(Of(id_), 6, "board").error().reason, "WRONG_STATE");
}

TEST_P(PoliciesTest, AFlagCarriesItsNoteUntilItIsTakenDown) {
  ASSERT_TRUE(tickets_->Flag(Of(id_), {"please look", "MAX_WAIT"}).ok());
  EXPECT_TRUE(Get(id_).flagged);
  EXPECT_EQ(Get(id_).flag_note, "please look");
  EXPECT_EQ(Get(id_).flag_reason, "MAX_WAIT");
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).ticket().flag_reason(), "MAX_WAIT");
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).fields(2), "flag_reason");
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).fields(0), "flagged");
  ASSERT_TRUE(tickets_->Unflag(Of(id_)).ok());
  EXPECT_FALSE(Get(id_).flagged);
  EXPECT_EQ(Get(id_).flag_note, "");
  EXPECT_EQ(Get(id_).flag_reason, "");
  Close(id_);
  EXPECT_EQ(tickets_->Flag(Of(id_), {"x"}).error().reason, "WRONG_STATE");
}

TEST_P(PoliciesTest, TagsAreAddedAndRemovedOneByOne) {
  ticket::Update update;
  update.add_tags = {"a", "b"};
  ASSERT_TRUE(Update(update).ok());
  update.add_tags = {"b", "c"};
  update.remove_tags = {"a", "unknown"};
  EXPECT_EQ(Update(update)->tags, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).fields(0), "tags");
  update.add_tags.clear();
  for (int i = 0; i < 199; ++i) update.add_tags.push_back("tag" + std::to_string(i));
  EXPECT_EQ(Update(update).error().reason, "TOO_MANY_TAGS");
  EXPECT_EQ(Get(id_).tags.size(), 2u);
}

TEST_P(PoliciesTest, AStatusIsCalledByANameOfItsOwn) {
  Into(id_, Status::kOnHold);
  Named("parts", Status::kOnHold);
  Named("testing", Status::kOpen);
  ticket::Update update;
  update.status_name = "parts";
  EXPECT_EQ(Update(update)->status_name, "parts");
  EXPECT_EQ(LastFact<v1::TicketChanged>(id_.value).ticket().status_name(), "parts");
  update.status_name = "testing";
  EXPECT_EQ(Update(update).error().reason, "WRONG_STATUS_NAME");
  update.status_name = "nothing";
  EXPECT_EQ(Update(update).error().violations.at(0).field, "status_name");
  ASSERT_TRUE(tickets_->Reopen(Of(id_)).ok());
  EXPECT_EQ(Get(id_).status_name, "") << "it named ON_HOLD";
  ASSERT_TRUE(status_names_->Put(Admin(), {"testing", "Testing", Status::kOpen, true}).ok());
  update.status_name = "testing";
  EXPECT_EQ(Update(update).error().reason, "WRONG_STATUS_NAME") << "archived";
}

TEST_P(PoliciesTest, AStatusNameIsSetOnceToldAndStaysWithItsStatus) {
  EXPECT_EQ(Named("parts", Status::kOnHold).version, 1);
  EXPECT_EQ(status_names_->Put(Admin(), {"parts", "x", Status::kOpen}).error().reason,
            "STATUS_FIXED");
  EXPECT_EQ(status_names_->Put(Admin(9), {"parts", "x", Status::kOnHold}).error().reason,
            "STALE_VERSION");
  EXPECT_EQ(status_names_->Put(Admin(), {"shut", "x", Status::kClosed}).error().reason,
            "INVALID_FIELDS");
  EXPECT_EQ(status_names_->Get("nothing").error().reason, "STATUS_NAME_NOT_FOUND");
  EXPECT_EQ(status_names_->List(10, "")->size(), 1u);
  EXPECT_EQ(FactTypes("status-names/parts"), "StatusNameChanged");
}

MUARA_ON_BOTH_ENGINES(PoliciesTest);

}  // namespace
}  // namespace muara::ticket
