#include "services/channels/chat/app/conversations.h"

#include <chrono>

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "libs/log/log.h"
#include "libs/log/trace.h"
#include "services/channels/chat/store/messages.h"
#include "services/channels/chat/store/sessions.h"
#include "services/channels/chat/wire/connector.h"

namespace muara::chat {
namespace {

using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;

constexpr size_t kTokenBytes = 32;
constexpr int64_t kForgottenAtOnce = 100;

Error BadSession() {
  return MakeError(Code::kUnauthenticated, "BAD_SESSION",
                   "there is no such session, or the token is not its own");
}

// What no second try can mend.
Error Refused() {
  return MakeError(Code::kInvalidArgument, "REFUSED", "this message cannot be accepted");
}

const char* OutcomeOf(const Result<Message>& said) {
  if (said.ok()) return "accepted";
  const Code code = said.error().code;
  return code == Code::kInvalidArgument || code == Code::kAlreadyExists ? "refused" : "later";
}

}  // namespace

Result<Opened> Conversations::Begin(const std::string& name, const std::string& email) {
  Opened opened;
  opened.token = ToBase64Url(RandomBytes(kTokenBytes));
  opened.session = {NewUuid(), HashToken(opened.token), name, email, 0};
  const Time now = clock_.Now();
  RETURN_IF_ERROR(database_.Transact(
      [&](sql::Tx& tx) { return store::InsertSession(tx, opened.session, now); }));
  metrics_.Count("muara_chat_sessions_total", {{"kind", "new"}});
  return opened;
}

Result<Opened> Conversations::Resume(const std::string& id, const std::string& token,
                                     const std::string& name, const std::string& email) {
  // Not an id of ours, and perhaps nothing that a store can take.
  if (!IsUuid(id)) return BadSession();
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const Session session, database_.Transact([&](sql::Tx& tx) -> Result<Session> {
    ASSIGN_OR_RETURN(const std::optional<Session> known, store::FindSession(tx, id));
    if (!known || !TokenFits(*known, token)) return BadSession();
    RETURN_IF_ERROR(store::TouchSession(tx, id, name, email, now));
    ASSIGN_OR_RETURN(const std::optional<Session> touched, store::FindSession(tx, id));
    return touched.value_or(*known);
  }));
  metrics_.Count("muara_chat_sessions_total", {{"kind", "resumed"}});
  return Opened{session, token};
}

Result<Message> Conversations::Say(const Session& session, const std::string& cid,
                                   const std::string& text) {
  const trace::Scope scope(trace::NewTrace());
  const auto begin = std::chrono::steady_clock::now();
  Message message;
  message.session = session.id;
  message.author = Author::kCustomer;
  message.name = session.name;
  message.text = text;
  message.cid = cid;
  message.time = clock_.Now();
  const Result<Message> said = SayInTurn(session, message);
  if (!said.ok()) log::Failed("message not taken", said.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  metrics_.Count("muara_chat_messages_total", {{"outcome", OutcomeOf(said)}});
  metrics_.ObserveSeconds("muara_chat_say_seconds", {}, took.count());
  return said;
}

Result<Message> Conversations::SayInTurn(const Session& session, const Message& message) {
  const auto turn = turns_.Enter(session.id);
  if (!turn) {
    return MakeError(Code::kResourceExhausted, "TOO_MUCH_AT_ONCE",
                     "too many messages are under way");
  }
  ASSIGN_OR_RETURN(const std::optional<Message> known, database_.Read([&](sql::Tx& tx) {
    return store::FindByCid(tx, session.id, message.cid);
  }));
  // Of one that was erased nobody knows what it said.
  if (known && (known->text == message.text || known->text.empty())) return *known;
  if (known) {
    return MakeError(Code::kAlreadyExists, "CID_REUSED", "this cid was used for another message");
  }
  Message accepted = message;
  ASSIGN_OR_RETURN(accepted.id, Submit(session, message));
  ASSIGN_OR_RETURN(const Message stored,
                   database_.Transact([&](sql::Tx& tx) { return store::Append(tx, accepted); }));
  feed_.Notify(session.id);
  return stored;
}

Result<std::string> Conversations::Submit(const Session& session, const Message& message) {
  SubmitRequest request;
  *request.add_submissions() = wire::ToSubmission(session, message, options_.endpoint);
  ASSIGN_OR_RETURN(const SubmitResponse response,
                   core_.Ask<SubmitResponse>("muara.connector.v1.Intake/Submit", request,
                                             {.deadline_ms = options_.submit_max_ms}));
  if (response.results_size() != 1) {
    return MakeError(Code::kUnavailable, "CORE_ANSWERED_ODDLY", "not one result for one message");
  }
  const SubmitResult& result = response.results(0);
  log::Info("message submitted", {{"outcome", static_cast<int>(result.outcome())},
                                  {"reason", result.reason()},
                                  {"session_id", session.id},
                                  {"ticket_id", result.ticket_id()},
                                  {"interaction_id", result.interaction_id()},
                                  {"opened", result.ticket_opened()}});
  if (result.outcome() == SubmitResult::OUTCOME_REFUSED) return Refused();
  if (result.outcome() == SubmitResult::OUTCOME_UNSPECIFIED) {
    return MakeError(Code::kUnavailable, "CORE_ANSWERED_ODDLY", "a result without an outcome");
  }
  return result.interaction_id();
}

Result<Message> Conversations::Deliver(Message message) {
  message.time = clock_.Now();
  ASSIGN_OR_RETURN(const Message stored,
                   database_.Transact([&](sql::Tx& tx) { return store::Append(tx, message); }));
  feed_.Notify(stored.session);
  log::Info(
      "delivered",
      {{"delivery_id", stored.delivery_id}, {"session_id", stored.session}, {"seq", stored.seq}});
  return stored;
}

Status Conversations::EraseIn(sql::Tx& tx, const std::string& session, Time until) {
  // The session first: it is the lock of its log.
  RETURN_IF_ERROR(store::EmptySession(tx, session));
  return store::EmptyMessages(tx, session, until);
}

Status Conversations::ForgetOldOnes() {
  const Time before = clock_.Now() - options_.kept;
  ASSIGN_OR_RETURN(const int64_t forgotten, database_.Transact([&](sql::Tx& tx) {
    return store::ForgetUnusedSince(tx, before, kForgottenAtOnce);
  }));
  if (forgotten > 0) log::Info("forgot unused sessions", {{"sessions", forgotten}});
  return Ok();
}

}  // namespace muara::chat
