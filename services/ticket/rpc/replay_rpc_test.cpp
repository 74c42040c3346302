// Nothing that changes a ticket leaves no fact: whatever happens, its facts alone say what every
// column of its row is, and was.
#include <map>
#include <random>

#include "libs/rpc/rpc_fixture.h"
#include "libs/rpc/timestamp.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/history.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;
constexpr int kMoved = 4;                            // tickets that something may happen to
using Columns = std::map<std::string, std::string>;  // as text, by name; NULL and false: ""

// Columns that the ticket's own resource does not show, and why no replay brings them back.
const std::map<std::string, std::string>& NotReplayed() {
  static const auto* const kColumns = new std::map<std::string, std::string>{
      {"assignee_name", "the agent's, whom routing names: kept for texts, set with the id"},
      {"fields", "one text of several values: compared as the resource has them"},
  };
  return *kColumns;
}

std::string Micros(const google::protobuf::Timestamp& time) {
  const int64_t micros = ToMicros(rpc::FromTimestamp(time));
  return micros == 0 ? "" : std::to_string(micros);
}

// 0 is how a message says that there is none.
std::string Number(int64_t number) { return number == 0 ? "" : std::to_string(number); }

class ReplayRpcTest : public SlaAppTest {
 protected:
  void SetUp() override {
    SlaAppTest::SetUp();
    history_ = std::make_unique<History>(*database_, *log_);
    audit_ = std::make_unique<ReadAudit>(*database_, clock_);
    ServeHistory(wire_.server(), *history_, *audit_);
    wire_.Start();
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    CustomField size;
    size.key = size.label = "size";
    size.type = FieldType::kNumber;
    ASSERT_TRUE(custom_fields_->Put(Admin(), size).ok());
    ASSERT_TRUE(status_names_->Put(Admin(), {"bench", "On the bench", Status::kOpen}).ok());
    Promise("all", Promised());
    for (const char* name : {"One", "Two"}) {
      Account account;
      account.name = name;
      accounts_made_.push_back(accounts_->Create(Admin(), account)->id);
    }
    for (int i = 0; i < 3; ++i) ids_.push_back(Take(Mail("a@x.test")).ticket_id);
    ids_.push_back(Take(Chat("session-1")).ticket_id);
  }
  int Pick(int count) { return static_cast<int>(random_() % count); }
  // Of the newest: most of the others are over.
  const TicketId& Any() { return ids_[ids_.size() - 1 - Pick(kMoved)]; }

  // Something that may happen to a ticket, whether it can or not.
  void Move(const TicketId& id) {
    switch (Pick(13)) {
      case 11: {
        TransferTarget to;
        (Pick(2) ? to.agent_id : to.queue_id) = Pick(2) ? "agent-1" : "billing";
        return (void)tickets_->Transfer(Of(id), to, Pick(2) ? "for you" : "", UnassignRights::kAny);
      }
      case 0:
        return (void)tickets_->Assign(Of(id), "agent-" + std::to_string(Pick(3)), "A");
      case 1:
        return (void)tickets_->Pend(Of(id), Pick(2) ? std::optional(Later()) : std::nullopt);
      case 2:
        return (void)tickets_->Hold(Of(id));
      case 3:
        return (void)tickets_->Snooze(Of(id), Later());
      case 4:
        return (void)tickets_->Resolve(Of(id), "");
      case 5:
        return (void)tickets_->Reopen(Of(id));
      case 6:
        return (void)tickets_->Escalate(Of(id), 0, "billing");
      case 7:
        return (void)tickets_->Flag(Of(id), {"look", "LOOK"});
      case 8:
        return (void)(Pick(2) ? tickets_->MarkSpam(Of(id)) : tickets_->Delete(Of(id)));
      case 9:
        return (void)tickets_->Restore(Of(id));
      case 10:
        return (void)tickets_->Unassign(Of(id), UnassignRights::kAny);
      default:
        return (void)tickets_->Unflag(Of(id));
    }
  }
  void Speak(const TicketId& id) {
    switch (Pick(4)) {
      case 0:
        return (void)tickets_->Reply(Of(id), {"hello", {}, 0});
      case 1:
        return (void)tickets_->Note(Of(id), "note");
      case 2:
        return (void)Answer(id, "a@x.test");
      default:
        EXPECT_TRUE(React([&](sql::Tx& tx) {
                      return tickets_->OpenSurveyIn(tx, id, {"survey-1", 1, 5}, "\x20\x01\x28\x05");
                    }).ok());
    }
  }
  void Change(const TicketId& id) {
    Update update;
    switch (Pick(4)) {
      case 0:
        update.add_tags = {"t" + std::to_string(Pick(9))};
        update.priority = static_cast<Priority>(1 + Pick(4));
        break;
      case 1:
        update.queue_id = Pick(2) ? "general" : "billing";
        break;
      case 2:
        update.type = Pick(2) ? "repair" : "";
        update.fields = {{"size", FieldType::kNumber, "", static_cast<double>(Pick(5))}};
        break;
      default:
        update.status_name = Pick(2) ? "bench" : "";
        update.subject = "Subject " + std::to_string(Pick(3));
    }
    (void)tickets_->Set(Of(id), update);
  }
  void Join(const TicketId& id, const TicketId& other) {
    switch (Pick(4)) {
      case 0:
        return (void)merges_->Merge(Of(id), other);
      case 1:
        return (void)merges_->Unmerge(Of(id));
      case 2:
        return (void)links_->Add(Of(id), LinkKind::kRelated, other);
      default:
        const auto made = splits_->Split(Of(id), {{On(id)[0].id}, "", ""});
        if (made.ok()) ids_.push_back(made->id);
    }
  }
  // Some replies are late; none is of what is urgent.
  SlaPolicy Promised() {
    const auto some = [this] { return std::chrono::minutes(10 + Pick(300)); };
    SlaPolicy policy = Policy(
        {Target(TargetKind::kFirstReply, some(), 0.5), Target(TargetKind::kNextReply, some()),
         Target(TargetKind::kResolution, some()), Target(TargetKind::kQueueWait, some())});
    policy.rules[0].priorities = {Priority::kLow, Priority::kNormal, Priority::kHigh};
    return policy;
  }
  // What is changed elsewhere and reaches tickets.
  void Decide() {
    if (Pick(3) == 0) {
      PolicyUpdate update;
      update.targets = Promised().targets;
      EXPECT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), update).ok());
      // Often a change of the ticket itself comes first.
      if (Pick(2)) return;
      while (*sla_->SettleBehind() > 0) continue;
      return;
    }
    if (Pick(2)) {
      ContactUpdate update;
      update.account_id = Pick(3) ? accounts_made_[Pick(2)] : AccountId{};
      return (void)contacts_->Set(OfContact(Get(Any()).contact_id), update);
    }
    QueuePolicy policy;
    policy.queue_id = Pick(2) ? "general" : "billing";
    policy.lifecycle = {std::chrono::hours(1), std::chrono::hours(1 + Pick(4))};
    EXPECT_TRUE(policies_->Put(Admin(), policy).ok());
    while (*tickets_->AimClosing() > 0) continue;
  }
  void Step() {
    const TicketId id = Any(), other = Any();
    switch (Pick(6)) {
      case 0:
      case 1:
        return Move(id);
      case 2:
        return Speak(id);
      case 3:
        return Change(id);
      case 4:
        return Join(id, other);
      default:
        return Decide();
    }
  }

  v1::Ticket At(const TicketId& id, Time time) {
    v1::GetTicketAtRequest request;
    request.set_id(id.value);
    rpc::SetTimestamp(request.mutable_time(), time);
    const auto at = agent_->Ask<v1::TicketAt>("muara.ticket.v1.History/GetTicketAt", request);
    EXPECT_EQ(Refusal(at), "OK");
    return at.ok() ? at->ticket() : v1::Ticket();
  }
  std::vector<std::string> ColumnNames() {
    const auto rows = database_->Read([&](sql::Tx& tx) {
      return tx.Query(GetParam() == sql::Engine::kSqlite
                          ? "SELECT name FROM pragma_table_info('ticket')"
                          : "SELECT column_name FROM information_schema.columns WHERE "
                            "table_name = 'ticket' AND table_schema = current_schema()");
    });
    std::vector<std::string> names;
    for (const sql::Row& row : *rows) names.push_back(row.Text(0));
    return names;
  }
  Columns RowOf(const TicketId& id) {
    const auto names = ColumnNames();
    std::string list;
    for (const std::string& name : names) {
      list += (list.empty() ? "" : ", ") +
              (name == "flagged" ? std::string("CASE WHEN flagged THEN 'true' ELSE '' END")
                                 : "CAST(" + name + " AS TEXT)");
    }
    const auto rows = database_->Read([&](sql::Tx& tx) {
      return tx.Query("SELECT " + list + " FROM ticket WHERE id = $1", id.value);
    });
    Columns columns;
    for (size_t i = 0; i < names.size(); ++i) {
      if (NotReplayed().contains(names[i])) continue;
      std::string text = (*rows)[0].IsNull(i) ? "" : (*rows)[0].Text(i);
      columns[names[i]] = text == "0" ? "" : text;
    }
    return columns;
  }
  // Out of the facts alone.
  Columns Replayed(const TicketId& id) {
    const v1::Ticket t = At(id, clock_.Now());
    std::string tags;
    for (const std::string& tag : t.tags()) tags += tag + "\n";
    Columns columns = {{"id", t.id()},
                       {"reference", t.reference()},
                       {"status", Number(t.status())},
                       {"subject", t.subject()},
                       {"channel", Number(t.channel())},
                       {"endpoint", t.endpoint()},
                       {"queue_id", t.queue_id()},
                       {"priority", Number(t.priority())},
                       {"contact_id", t.contact_id()},
                       {"contact_name", t.contact_name()},
                       {"assignee_id", t.assignee_agent_id()},
                       {"tags", tags},
                       {"flagged", t.flagged() ? "true" : ""},
                       {"follow_up_of", t.follow_up_of()},
                       {"interaction_count", Number(t.interaction_count())},
                       {"survey_id", t.open_survey_id()},
                       {"created_us", Micros(t.create_time())},
                       {"updated_us", Micros(t.update_time())},
                       {"first_reply_us", Micros(t.first_reply_time())},
                       {"resolved_us", Micros(t.resolve_time())},
                       {"closed_us", Micros(t.close_time())},
                       {"last_inbound_us", Micros(t.last_inbound_time())},
                       {"last_outbound_us", Micros(t.last_outbound_time())},
                       {"version", Number(t.version())},
                       {"until_us", Micros(t.until_time())},
                       {"held_status", Number(t.held_status())},
                       {"flag_note", t.flag_note()},
                       {"flag_reason", t.flag_reason()},
                       {"type", t.type()},
                       {"disposition", t.disposition()},
                       {"escalation_level", Number(t.escalation_level())},
                       {"status_name", t.status_name()},
                       {"merged_into", t.merged_into()},
                       {"merged_us", Micros(t.merge_time())},
                       {"split_from", t.split_from()},
                       {"account_id", t.account_id()},
                       {"next_due_us", Micros(t.next_due_time())}};
    const bool waits =
        t.status() == v1::TICKET_STATUS_PENDING || t.status() == v1::TICKET_STATUS_SNOOZED;
    columns["due_us"] = waits ? columns["until_us"] : Micros(t.auto_close_time());
    ReplayBeside(id, columns);
    return columns;
  }
  // What other parts of its facts say: the scale of the open survey, and the channel's thread.
  void ReplayBeside(const TicketId& id, Columns& columns) {
    columns["survey_minimum"] = columns["survey_maximum"] = columns["conversation"] = "";
    for (const auto& fact : Facts(id.value)) {
      v1::TicketOpened opened;
      v1::SurveyOpened survey;
      if (fact.type == opened.GetDescriptor()->full_name()) {
        EXPECT_TRUE(opened.ParseFromString(fact.data));
        const std::string& thread = opened.interaction().conversation();
        const bool copied = !opened.ticket().split_from().empty();
        if (thread != id.value && !copied) columns["conversation"] = thread;
      } else if (fact.type == survey.GetDescriptor()->full_name()) {
        EXPECT_TRUE(survey.ParseFromString(fact.data));
        columns["survey_minimum"] = Number(survey.request().minimum());
        columns["survey_maximum"] = Number(survey.request().maximum());
      }
    }
    if (!columns["survey_id"].empty()) return;
    columns["survey_minimum"] = columns["survey_maximum"] = "";
  }
  void ExpectReplayed(const TicketId& id) {
    const Columns row = RowOf(id), replayed = Replayed(id);
    for (const auto& [name, value] : row) {
      const auto told = replayed.find(name);
      ASSERT_NE(told, replayed.end()) << "no fact says what is in the column " << name;
      EXPECT_EQ(told->second, value) << name << " of " << id.value;
    }
    EXPECT_EQ(replayed.size(), row.size());
    EXPECT_EQ(wire::ToProto(Get(id)).SerializeAsString(), At(id, clock_.Now()).SerializeAsString());
  }

  rpc::Wire wire_;
  std::unique_ptr<History> history_;
  std::unique_ptr<ReadAudit> audit_;
  std::unique_ptr<rpc::Client> agent_;
  std::vector<AccountId> accounts_made_;
  std::vector<TicketId> ids_;
  std::mt19937 random_{11};
};

TEST_P(ReplayRpcTest, RandomHistoriesReplayToTheSameRows) {
  std::map<std::pair<size_t, Time>, std::string> seen;  // by ticket and moment
  std::map<size_t, std::string> last;
  for (int i = 0; i < 400; ++i) {
    clock_.Advance(std::chrono::minutes(7));
    if (i % 10 == 9) ids_.push_back(Take(Mail("a@x.test")).ticket_id);
    Step();
    (void)tickets_->FireDue();
    Fire();
    for (size_t t = ids_.size() - std::min<size_t>(ids_.size(), 2 * kMoved); t < ids_.size(); ++t) {
      std::string state = wire::ToProto(Get(ids_[t])).SerializeAsString();
      if (state != last[t]) ExpectReplayed(ids_[t]);
      seen[{t, clock_.Now()}] = last[t] = std::move(state);
    }
    if (HasFailure()) FAIL() << "after step " << i;
  }
  for (const auto& [at, state] : seen) {
    if (Pick(20) != 0) continue;
    const v1::Ticket past = At(ids_[at.first], at.second);
    EXPECT_EQ(past.SerializeAsString(), state) << past.ShortDebugString();
  }
}

TEST_P(ReplayRpcTest, AnErasedContactsTicketsAreWhatTheirFactsSayTheyAre) {
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(std::chrono::minutes(7));
    Step();
  }
  ASSERT_TRUE(erasures_->Begin(OfContact(Get(ids_[0]).contact_id)).ok());
  for (int i = 0; i < 1000 && *erasures_->Step(); ++i) continue;
  for (const TicketId& id : ids_) ExpectReplayed(id);
}

TEST_P(ReplayRpcTest, AnotherClosingTimeIsToldOfEveryTicketThatItMoves) {
  const TicketId& id = ids_[0];
  Resolve(id);
  const Time before = clock_.Now();
  const Time closes = before + LifecyclePolicy().close_after;
  EXPECT_EQ(rpc::FromTimestamp(At(id, before).auto_close_time()), closes);
  clock_.Advance(std::chrono::minutes(1));
  QueuePolicy policy;
  policy.queue_id = "general";
  policy.lifecycle = {std::chrono::hours(1), std::chrono::hours(2)};
  ASSERT_TRUE(policies_->Put(Admin(), policy).ok());
  while (*tickets_->AimClosing() > 0) continue;
  const auto told = LastFact<v1::TicketChanged>(id.value);
  EXPECT_EQ(told.fields(0), "auto_close_time");
  EXPECT_EQ(told.cause().reason(), "QUEUE_POLICY");
  EXPECT_EQ(told.cause().actor(), "services/ticket");
  EXPECT_EQ(rpc::FromTimestamp(At(id, clock_.Now()).auto_close_time()),
            before + std::chrono::hours(2));
  EXPECT_EQ(rpc::FromTimestamp(At(id, before).auto_close_time()), closes) << "it was so then";
  ASSERT_TRUE(tickets_->Reopen(Of(id)).ok());
  EXPECT_FALSE(At(id, clock_.Now()).has_auto_close_time());
}

MUARA_ON_BOTH_ENGINES(ReplayRpcTest);

}  // namespace
}  // namespace muara::ticket
