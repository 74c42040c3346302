// What can be done with a chat: begin or resume a session, say something to the core, bring what
// the core has to say. A message is in the log, and so acknowledged, only after the core has it.
// Thread safe; blocks on store and core, bounded by the call's deadline.
#pragma once

#include <string>

#include "libs/base/time.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/client.h"
#include "libs/sql/database.h"
#include "services/channels/chat/app/feed.h"
#include "services/channels/chat/app/turns.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat {

struct ConversationOptions {
  std::string endpoint = "chat";
  int submits_max = 24;  // at once; one more is told to come again
  int submit_max_ms = 5000;
  Duration kept = std::chrono::hours(24 * 365);  // after the last use
};

struct Opened {
  Session session;
  std::string token;
};

class Conversations {
 public:
  // All outlive it.
  Conversations(sql::Database& database, rpc::Client& core, Feed& feed, ConversationOptions options,
                const Clock& clock, metrics::Registry& metrics)
      : database_(database),
        core_(core),
        feed_(feed),
        options_(std::move(options)),
        clock_(clock),
        metrics_(metrics),
        turns_(options_.submits_max) {}

  const std::string& endpoint() const { return options_.endpoint; }

  Result<Opened> Begin(const std::string& name, const std::string& email);
  // BAD_SESSION where the token is not its own, or there is no such session.
  Result<Opened> Resume(const std::string& id, const std::string& token, const std::string& name,
                        const std::string& email);
  // The same cid again answers as the first time. kInvalidArgument and kAlreadyExists are final;
  // with any other error nothing was stored, and the same may be said again. Begins a trace.
  Result<Message> Say(const Session& session, const std::string& cid, const std::string& text);
  // The same delivery again answers as the first time. UNKNOWN_SESSION.
  Result<Message> Deliver(Message message);
  // In the consumer's transaction: what was said in it until then is emptied, and what its visitor
  // told of themselves. The session goes on; whoever writes in it is somebody new to the core.
  Status EraseIn(sql::Tx& tx, const std::string& session, Time until);
  // Sessions unused for too long go with their logs; some at a time.
  Status ForgetOldOnes();

 private:
  Result<Message> SayInTurn(const Session& session, const Message& message);
  Result<std::string> Submit(const Session& session, const Message& message);

  sql::Database& database_;
  rpc::Client& core_;
  Feed& feed_;
  const ConversationOptions options_;
  const Clock& clock_;
  metrics::Registry& metrics_;
  Turns turns_;
};

}  // namespace muara::chat
