// Does the actions of rules and macros: each by the same code as a person's, as a step of the
// caller's transaction, so that one that is refused leaves nothing behind. Thread-safe.
#pragma once

#include "services/ticket/app/tickets.h"
#include "services/ticket/domain/rules/run.h"

namespace muara::ticket {

// Who does it to which ticket, and how.
struct Doer {
  Change change;                   // its key is what the keys of the actions are made of
  Origin origin = Origin::kHuman;  // of replies
  bool answers_machine = false;    // what set it off was written by one
  int seen_sequence = 0;
  std::string agent_name = "";  // for texts; empty: the assignee's
};

// How many replies rules write on a ticket in a day, whatever contacts' machines answer.
constexpr int kMachineRepliesMax = 5;

// Something that the state of things does not allow, and no trouble of ours.
bool IsRefusal(const Error& error);

class Acting {
 public:
  Acting(const Journal& journal, const QueuePolicies& policies)
      : journal_(journal), policies_(policies) {}

  // kDone or kUnchanged. `number` tells the actions of one doing apart. AUTOMATIC_SENDER and
  // TOO_MANY_AUTOMATIC_REPLIES for replies that nobody wrote.
  Result<ActionOutcome> DoIn(sql::Tx& tx, const Action& action, const Doer& doer, int number,
                             Time now) const;

 private:
  muara::Status Move(Tickets& tickets, const Action& action, const Change& change, Time now) const;
  muara::Status ReplyIn(sql::Tx& tx, Tickets& tickets, const Action& action, const Doer& doer,
                        const Change& change, Time now) const;

  muara::Status WebhookIn(sql::Tx& tx, const Action& action, const Doer& doer, const Change& change,
                          Time now) const;

  const Journal& journal_;
  const QueuePolicies& policies_;
};

}  // namespace muara::ticket
