// A ticket that several replicas give on, assign and end at once: one of them wins each version,
// and whatever it does is whole.
#include "libs/bus/words.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

constexpr int kThreads = 6;
constexpr int kTickets = 15;

// What one of them tries: a transfer with a note, an assignment or the end.
enum class Try { kTransfer, kAssign, kResolve };

Try TryOf(int thread) { return static_cast<Try>(thread % 3); }

class TransferRacesTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    other_journal_ = std::make_unique<Journal>(*log_, Followers());
    other_policies_ = std::make_unique<QueuePolicies>(*database_, *log_, clock_, LifecyclePolicy());
    other_ = std::make_unique<Tickets>(*database_, *other_journal_, clock_, *other_policies_,
                                       Mailboxes{});
  }
  // Half of the threads are another replica's.
  Result<Ticket> Move(int thread, const TicketId& id, int expected_version) {
    Tickets& tickets = thread % 2 == 0 ? *tickets_ : *other_;
    const std::string name = std::to_string(thread);
    const Change change = Of(id, "", expected_version);
    switch (TryOf(thread)) {
      case Try::kTransfer:
        return tickets.Transfer(change, {"", "queue-" + name, {}}, "note " + name,
                                UnassignRights::kAny);
      case Try::kAssign:
        return tickets.Assign(change, "agent-" + name, "Agent " + name);
      case Try::kResolve:
        return tickets.Resolve(change, "");
    }
    return MakeError(Code::kInternal, "UNKNOWN", "nothing to try");
  }
  // All at once; who won, in no order. The others lost as they should.
  std::vector<int> Race(const TicketId& id, int expected_version, const std::string& lost) {
    std::mutex mutex;
    std::vector<int> won;
    bus::AtOnce(kThreads, [&](int thread) {
      const auto moved = Move(thread, id, expected_version);
      const std::lock_guard lock(mutex);
      if (moved.ok()) {
        won.push_back(thread);
      } else {
        EXPECT_EQ(moved.error().reason, lost);
      }
    });
    return won;
  }
  size_t CountOf(const std::string& types, const std::string& type) {
    size_t count = 0;
    for (size_t at = 0; (at = types.find(type, at)) != std::string::npos; ++at) ++count;
    return count;
  }
  size_t NotesOn(const TicketId& id) {
    const auto on = On(id);
    return static_cast<size_t>(std::count_if(on.begin(), on.end(), [](const Interaction& one) {
      return one.kind == InteractionKind::kNote;
    }));
  }
  // Each change has its fact and each fact its version, and the last one says what is.
  void ExpectWhole(const TicketId& id) {
    const auto facts = Facts(id.value);
    for (size_t i = 0; i < facts.size(); ++i) {
      EXPECT_EQ(facts[i].key_version, static_cast<int64_t>(i) + 1);
    }
    const Ticket ticket = Get(id);
    EXPECT_EQ(ticket.version, static_cast<int>(facts.size()));
    const std::string types = FactTypes(id.value);
    EXPECT_EQ(NotesOn(id), CountOf(types, "TicketTransferred")) << types;
    EXPECT_EQ(CountOf(types, "NoteAdded TicketTransferred"), NotesOn(id)) << types;
    const auto last = LastTicket(facts.back());
    EXPECT_EQ(last.queue_id(), ticket.queue_id);
    EXPECT_EQ(last.assignee_agent_id(), ticket.assignee_id);
    EXPECT_EQ(static_cast<int>(last.status()), static_cast<int>(ticket.status));
    EXPECT_EQ(last.version(), ticket.version);
  }
  static v1::Ticket LastTicket(const bus::Envelope& fact) {
    const auto message = bus::ReadMessage(fact.type, fact.data);
    if (message == nullptr) return {};
    const auto* field = message->GetDescriptor()->FindFieldByName("ticket");
    return static_cast<const v1::Ticket&>(message->GetReflection()->GetMessage(*message, field));
  }

  std::unique_ptr<Journal> other_journal_;
  std::unique_ptr<QueuePolicies> other_policies_;
  std::unique_ptr<Tickets> other_;
};

TEST_P(TransferRacesTest, OfThoseWhoSawTheSameVersionExactlyOneWins) {
  std::set<int> winners;
  for (int i = 0; i < kTickets; ++i) {
    const TicketId id = Take(Mail("ann@example.test")).ticket_id;
    const auto won = Race(id, Get(id).version, "STALE_VERSION");
    ASSERT_EQ(won.size(), 1u);
    winners.insert(won[0]);
    ExpectWhole(id);
    const Ticket ticket = Get(id);
    const std::string name = std::to_string(won[0]);
    EXPECT_EQ(ticket.version, TryOf(won[0]) == Try::kTransfer ? 3 : 2);
    EXPECT_EQ(ticket.queue_id == "queue-" + name, TryOf(won[0]) == Try::kTransfer);
    EXPECT_EQ(ticket.assignee_id, TryOf(won[0]) == Try::kAssign ? "agent-" + name : "");
    EXPECT_EQ(ticket.status == Status::kResolved, TryOf(won[0]) == Try::kResolve);
  }
  EXPECT_FALSE(winners.empty());
}

TEST_P(TransferRacesTest, WithoutAVersionTheyGoOneAfterTheOtherUntilItIsOver) {
  for (int i = 0; i < kTickets; ++i) {
    const TicketId id = Take(Mail("ann@example.test")).ticket_id;
    const auto won = Race(id, 0, "WRONG_STATE");
    ExpectWhole(id);
    const std::string types = FactTypes(id.value);
    EXPECT_EQ(types.substr(types.rfind(' ') + 1), "TicketResolved") << types;
    EXPECT_EQ(CountOf(types, "TicketResolved"), 1u) << types;
    const auto changes = CountOf(types, "TicketTransferred") + CountOf(types, "TicketAssigned") + 1;
    EXPECT_EQ(won.size(), changes) << types;
  }
}

TEST_P(TransferRacesTest, OneTransferAskedForManyTimesAtOnceIsOne) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const Change change = Of(id, "the same");
  bus::AtOnce(kThreads, [&](int thread) {
    Tickets& tickets = thread % 2 == 0 ? *tickets_ : *other_;
    EXPECT_TRUE(tickets.Transfer(change, {"", "billing", {}}, "note", UnassignRights::kAny).ok());
  });
  ExpectWhole(id);
  EXPECT_EQ(FactTypes(id.value), "TicketOpened NoteAdded TicketTransferred");
}

MUARA_ON_BOTH_ENGINES(TransferRacesTest);

}  // namespace
}  // namespace muara::ticket
