// Who looks at a ticket and who writes on it: shown to colleagues, kept for seconds in Redis where
// all replicas see it, or in this process where Redis is away, and never in the store. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libs/bus/whisper.h"
#include "libs/sql/database.h"
#include "services/ticket/domain/viewers/board.h"

namespace muara::ticket {

class Viewers {
 public:
  // `secret` seals what is told live.
  Viewers(sql::Database& database, const Clock& clock, bus::RedisAddress redis,
          const std::string& secret)
      : database_(database), clock_(clock), address_(std::move(redis)), seal_(secret) {}

  // Answers with all others. TICKET_NOT_FOUND, TOO_MANY_VIEWS, TOO_MANY_VIEWERS.
  Result<std::vector<Viewer>> View(const TicketId& ticket, const std::string& agent_id,
                                   ViewerState state);
  Result<std::vector<Viewer>> List(const TicketId& ticket);

 private:
  using Commands = std::vector<std::vector<std::string>>;
  muara::Status CheckThere(const TicketId& ticket);
  // Under the lock; nothing where Redis is away.
  std::optional<std::vector<bus::RedisReply>> Ask(const Commands& commands);
  std::optional<std::vector<Viewer>> Shared(const TicketId& ticket, Time now);
  void Share(const TicketId& ticket, const Viewer& viewer, Time now);

  sql::Database& database_;
  const Clock& clock_;
  const bus::RedisAddress address_;
  const bus::Seal seal_;
  std::mutex mutex_;
  ViewRate rate_;
  ViewerBoard board_;
  std::unique_ptr<bus::Redis> redis_;
  std::optional<Time> away_until_;  // not asked again before
};

}  // namespace muara::ticket
