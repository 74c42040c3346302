// Takes in what arrives: one transaction holds the idempotency key, the contact, the ticket, the
// interaction and the fact. Thread-safe.
#pragma once

#include <map>
#include <string>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/settings/queue_policies.h"

namespace muara::ticket {

struct IntakePolicy {
  std::map<std::string, std::string> queues;  // by endpoint
  std::string default_queue = "general";
};

struct Accepted {
  TicketId ticket_id;
  InteractionId interaction_id;
  ContactId contact_id;
  bool duplicate = false;      // submitted before, with the same digest
  bool ticket_opened = false;  // by this message
};

class Intake {
 public:
  Intake(sql::Database& database, const Journal& journal, const Clock& clock,
         const QueuePolicies& policies, IntakePolicy policy)
      : database_(database),
        journal_(journal),
        clock_(clock),
        policies_(policies),
        policy_(std::move(policy)) {}

  // IDEMPOTENCY_CONFLICT: the key was used for another message.
  Result<Accepted> Submit(const Submission& submission);

 private:
  struct Match {
    HintKind by = HintKind::kNone;
    TicketId ticket;  // empty: none
  };
  // What became of the first of these.
  static Result<Accepted> Known(sql::Tx& tx, const Submission& submission);
  Result<Accepted> TakeIn(sql::Tx& tx, const Submission& submission, Time now);
  Result<Accepted> SubmitIn(sql::Tx& tx, const Submission& submission, Time now);
  Result<Match> FindTicket(sql::Tx& tx, const Submission& submission,
                           const struct Contact& contact);
  Result<Match> FindByHint(sql::Tx& tx, const Submission& submission, const Contact& contact,
                           const Hint& hint);
  Result<Accepted> Open(sql::Tx& tx, const Submission& submission, const Contact& contact,
                        const Ticket* before, HintKind matched_by, Time now);
  Result<Accepted> Add(sql::Tx& tx, const Submission& submission, const Contact& contact,
                       Ticket ticket, HintKind matched_by, Time now);
  Result<Accepted> Finish(sql::Tx& tx, const Submission& submission, const Interaction& interaction,
                          const Contact& contact);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
  const QueuePolicies& policies_;
  const IntakePolicy policy_;
};

}  // namespace muara::ticket
