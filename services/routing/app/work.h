// What routing does about tickets: each is one piece of work that waits, is held, is parked and
// ends. All methods run in the consumer's transaction, once for each fact and in the ticket's
// order.
#pragma once

#include <string>

#include "services/routing/app/offers.h"

namespace muara::routing {

// What routing needs to know of a ticket.
struct TicketView {
  std::string id;
  std::string reference;
  std::string subject;
  std::string queue_id;
  Channel channel = Channel::kEmail;
  int priority = 0;  // 0 to 100
  std::string assignee_id;
  bool waits = false;  // for the contact, a third party or a time
  Time due_time;       // of its first clock; Time(): none goes
};

// To whom a ticket was given on.
struct Handover {
  std::string from_agent_id;     // empty: it was nobody's
  std::string to_agent_id;       // empty: whoever of its queue may have it
  Requirements requirements;     // of whoever gets it
  std::string to_queue_id = "";  // as it was named; empty: it stays where it is
};

// Why the ticket service takes a ticket from its agent, when we ask for it.
inline constexpr const char* kAgentLost = "AGENT_LOST";

class Work {
 public:
  Work(sql::Database& database, Floor& floor, Offers& offers, const Clock& clock,
       const CurrentPolicy& policy, OpeningHours& hours, Meters& meters)
      : database_(database),
        floor_(floor),
        offers_(offers),
        clock_(clock),
        policy_(policy),
        hours_(hours),
        meters_(meters) {}

  Status OpenedIn(sql::Tx& tx, const TicketView& ticket);
  Status ReopenedIn(sql::Tx& tx, const TicketView& ticket);
  Status AssignedIn(sql::Tx& tx, const TicketView& ticket);
  Status ParkedIn(sql::Tx& tx, const TicketView& ticket);
  // Put away as spam or deleted, and now brought back: to waiting, or to work.
  Status RestoredIn(sql::Tx& tx, const TicketView& ticket);
  // Whoever holds it lets go: it waits in its new queue, unless it waits for something else.
  Status EscalatedIn(sql::Tx& tx, const TicketView& ticket);
  // Taken from an agent who was lost: it waits at its old place, and goes to that agent first.
  Status ReturnedIn(sql::Tx& tx, const TicketView& ticket, const std::string& from_agent_id);
  // Given on by a person: it waits with its age, for the agent who was named at first, and is not
  // given back to whoever gave it away for as long as after a reject.
  Status TransferredIn(sql::Tx& tx, const TicketView& ticket, const Handover& to);
  // What an agent held stays with it for the wrap-up of its queue.
  Status EndedIn(sql::Tx& tx, const TicketView& ticket);
  Status ChangedIn(sql::Tx& tx, const TicketView& ticket);
  // Its contact has written, and it was not reopened by that: what has expired is work again.
  Status WrittenIn(sql::Tx& tx, const TicketView& ticket);
  // Its contact was erased: what it is about goes, from the offers and facts too.
  Status EraseIn(sql::Tx& tx, const std::string& ticket_id);
  // The ticket service refused the assignment for good: the work is over, or someone else's.
  Status RefusedIn(sql::Tx& tx, const std::string& item_id, const std::string& offer_id);

  // What is due by its waiting alone: it goes to the overflow queue, with its age, or it has waited
  // its maximum and a supervisor is told. False: nothing is due as the store knows it.
  Result<bool> EndWait(const std::string& item_id, int64_t epoch);

  // Its own priority until it is done; none: its ticket's again. STALE_VERSION, WORK_ENDED.
  Result<WorkItem> Prioritize(const std::string& id, const OperationKey& key, int expected_version,
                              std::optional<int> priority);

  Result<WorkItem> Get(const std::string& id);
  Result<std::vector<WorkItem>> List(int status, const std::string& queue_id, int limit,
                                     const std::string& after);

 private:
  static void Take(WorkItem& item, const TicketView& ticket, Time now);
  // What has overflowed stays where it is, unless its ticket has moved since.
  static void TakeInPlace(WorkItem& item, const TicketView& ticket, Time now);
  // For whom it waits, and whom it passes over.
  Status AddressIn(sql::Tx& tx, WorkItem& item, const Handover& to, Time now);
  Status QueueIn(sql::Tx& tx, WorkItem item, const TicketView& ticket, const char* reason,
                 Time now);
  Status OverflowIn(sql::Tx& tx, WorkItem& item, const Queue& queue, Time now);
  Status MaxWaitIn(sql::Tx& tx, WorkItem& item, const Queue& queue, Time now);
  Status LetGoIn(sql::Tx& tx, WorkItem& item, Time now);
  Result<bool> HasInHandsIn(sql::Tx& tx, const WorkItem& item, const std::string& agent_id);
  // How long its agent has to wrap it up; 0: there is nothing, or nobody, to do so.
  Result<int> WrapUpSecondsOf(sql::Tx& tx, const WorkItem& item);

  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  const Clock& clock_;
  const CurrentPolicy& policy_;
  OpeningHours& hours_;
  Meters& meters_;
};

}  // namespace muara::routing
