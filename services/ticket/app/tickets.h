// What can be done with a ticket, whoever asks. Every change claims its operation key, loads, moves
// in the domain, saves and tells, in one transaction. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/aside.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/domain/reply_target.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {

// One asked-for change: which ticket, once, based on which version, by whom.
struct Change {
  TicketId id;
  OperationKey key;
  int expected_version = 0;  // 0: any
  std::string actor;         // "agents/<id>"
  std::string why = "";      // in their words, kept in the fact
  std::string reason = "";   // RULE, MACRO; empty: by hand
  // Rules that led to it, and the event that set off the first of them.
  std::vector<std::string> rules = {};
  std::string root_event_id = "";
};

// What a fact says of who changed it; `reason` where the change has none of its own.
wire::Cause CauseOf(const Change& change, const char* reason = "AGENT");

// Why a supervisor should look: for people, and for programs (UPPER_SNAKE).
struct FlagWords {
  std::string note;
  std::string reason = "";
};

struct Written {
  Ticket ticket;
  Interaction interaction;
};

struct Outgoing {
  std::string text;
  std::vector<Attachment> attachments;
  int seen_sequence = 0;  // 0: not told
  // One that is written by itself is no answer of ours: no first reply, and it wakes nothing.
  Origin origin = Origin::kHuman;
  ReplyTarget target = {};  // empty: back the way of the contact's last message
};

// An open incident that could not be resolved with its problem.
struct RefusedIncident {
  Ticket ticket;
  Error error;
};

// Whose tickets may be taken from them.
enum class UnassignRights {
  kOwn,  // one's own: an agent gives it back
  kAny,
};

struct ProblemResolved {
  Ticket problem;
  std::vector<Ticket> incidents;  // resolved by this request
  std::vector<RefusedIncident> refused = {};
};

// Which fields an update sets.
struct Update {
  std::optional<std::string> subject;
  std::optional<Priority> priority;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> queue_id;
  std::optional<std::string> type;         // empty: none
  std::optional<std::string> status_name;  // empty: none
  std::vector<std::string> add_tags = {};
  std::vector<std::string> remove_tags = {};
  std::vector<FieldValue> fields = {};
  std::vector<std::string> remove_fields = {};
};

class Tickets {
 public:
  Tickets(sql::Database& database, const Journal& journal, const Clock& clock,
          const QueuePolicies& policies, Mailboxes mailboxes = {})
      : database_(database),
        journal_(journal),
        clock_(clock),
        policies_(policies),
        mailboxes_(std::move(mailboxes)) {}

  Result<Ticket> Get(const TicketId& id);
  Result<std::vector<Interaction>> ListInteractions(const TicketId& id, int after, int limit);

  Result<Ticket> Assign(const Change& change, const std::string& agent_id,
                        const std::string& agent_name);
  // NOT_YOURS, NOT_ASSIGNED.
  // ASSIGNED_TO_ANOTHER where it is not this agent's; empty: whoever has it.
  Result<Ticket> Unassign(const Change& change, UnassignRights rights,
                          const std::string& only_from = "");
  Result<Ticket> Pend(const Change& change, std::optional<Time> until);
  Result<Ticket> Hold(const Change& change);
  Result<Ticket> Snooze(const Change& change, Time until);
  Result<Ticket> Resolve(const Change& change, const std::string& disposition);
  // The problem, then each of its open incidents, with the same words to their contacts; no words:
  // none are written. An error after the problem was resolved passes: the same change again goes
  // on.
  Result<ProblemResolved> ResolveProblem(const Change& change, const std::string& disposition,
                                         const std::string& reply_text);
  Result<Ticket> Reopen(const Change& change);
  Result<Ticket> Close(const Change& change);
  // Level 0: the next; no queue: the one that its queue's policy has for this level.
  Result<Ticket> Escalate(const Change& change, int level, const std::string& queue_id);
  // With a note for whoever gets it, unless that is empty. NOT_YOURS.
  Result<Ticket> Transfer(const Change& change, const TransferTarget& to, const std::string& note,
                          UnassignRights rights);
  Result<Ticket> Flag(const Change& change, const FlagWords& words);
  Result<Ticket> Unflag(const Change& change);
  Result<Ticket> MarkSpam(const Change& change);
  Result<Ticket> UnmarkSpam(const Change& change);
  Result<Ticket> Delete(const Change& change);
  Result<Ticket> Restore(const Change& change);
  Result<Ticket> Set(const Change& change, const Update& update);
  // NO_CHANNEL where the contact never wrote and no target says how else; STALE_REPLY where it or a
  // colleague wrote since `seen_sequence`: its metadata names what came in between.
  Result<Written> Reply(const Change& change, const Outgoing& outgoing);
  Result<Written> Note(const Change& change, const std::string& text);

  // Reactions to other services' facts, in the consumer's transaction.
  // `request` is the bytes of feedback's fact, for whoever sends the invitation. The survey is open
  // before the contact can know of it; where the ticket is CLOSED already, only its link answers
  // it.
  muara::Status OpenSurveyIn(sql::Tx& tx, const TicketId& id, const OpenSurvey& survey,
                             const std::string& request);
  // A bad score: reopened, more urgent and flagged; where it is CLOSED a flagged ticket goes on.
  muara::Status AlertIn(sql::Tx& tx, const TicketId& id, const std::string& survey_id);
  muara::Status DeliveryIn(sql::Tx& tx, const InteractionId& id, DeliveryStatus status,
                           const std::string& provider_message_id);

  // Brings back what waited until now and closes what was resolved long enough ago, each once and
  // never early; answers how many. At most 100 at once. One that fails is tried again later and
  // later.
  Result<int> FireDue();
  // When the next of them is due.
  Result<std::optional<Time>> NextDue();
  // After queues' policies or the defaults have changed, what is RESOLVED closes as they say now,
  // each told: 100 tickets at once; answers how many it looked at, 0: all is done. Nothing is lost
  // by a restart.
  Result<int> AimClosing();

 private:
  using Move = std::function<muara::Status(sql::Tx&, Ticket&, Time)>;
  using Tell = std::function<Result<bus::Fact>(sql::Tx&, const Ticket&)>;
  using TellPlain = bus::Fact (*)(const Ticket&, const wire::Cause&);
  Result<Ticket> Apply(const Change& change, const Move& move, const Tell& tell);
  // A move of the ticket alone, told by its agent.
  Result<Ticket> ApplyPlain(const Change& change,
                            const std::function<muara::Status(Ticket&, Time)>& move,
                            TellPlain tell);
  Result<Ticket> ApplyFlag(const Change& change, const std::function<void(Ticket&)>& set);
  // The reply to the contact's last message, or by the way that was chosen; not yet signed.
  Result<Interaction> ReplyIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                              const Outgoing& outgoing, Time now);
  muara::Status ResolveIn(sql::Tx& tx, Ticket& ticket, const std::string& disposition, Time now);
  static Result<bus::Fact> TellResolved(sql::Tx& tx, const Ticket& ticket,
                                        const wire::Cause& cause);
  Result<Ticket> ResolveIncident(const Change& change, const std::string& disposition,
                                 const std::string& text);
  muara::Status AnswerIncidentIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                                 const std::string& text, Time now);
  Result<std::vector<std::string>> SetIn(sql::Tx& tx, Ticket& ticket, const Update& update);
  // Those who stepped aside are no part of the limit.
  Result<std::vector<Due<TicketId>>> ListDue(Time until, int limit);
  Result<int> FireIn(sql::Tx& tx, const TicketId& id, Time now);
  muara::Status AimIn(sql::Tx& tx, const TicketId& id, Time now);
  Result<Written> Write(const Change& change,
                        const std::function<Result<Interaction>(sql::Tx&, Ticket&, Time)>& write,
                        const std::function<bus::Fact(const Ticket&, const Interaction&)>& tell);
  static Interaction NewNote(const Ticket& ticket, const std::string& text);
  muara::Status NoteIn(sql::Tx& tx, const Change& change, Ticket& ticket, const std::string& text,
                       Time now);
  // Whose, where and when; its id is made of the change's key.
  static void Sign(Interaction& interaction, const Change& change, const Ticket& ticket, Time now);
  muara::Status FollowUpIn(sql::Tx& tx, const Ticket& closed, const std::string& survey_id,
                           Time now);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
  const QueuePolicies& policies_;
  const Mailboxes mailboxes_;
  Aside failing_{"a due ticket steps aside"};
};

}  // namespace muara::ticket
