#include "services/ticket/app/viewers/viewers.h"

#include <algorithm>
#include <cstdlib>

#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kAnswerMsMax = 200;  // it is not worth waiting longer for
constexpr Duration kAway = std::chrono::seconds(2);
constexpr int64_t kTooManyRetryMs = 5000;

std::string KeyOf(const TicketId& ticket) { return "vw:" + ticket.value; }

std::string LifeSeconds() {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kViewerLife).count() + 5);
}

// "2 1772348415000000": state and end.
std::string Say(const Viewer& viewer) {
  return std::to_string(static_cast<int>(viewer.state)) + " " +
         std::to_string(ToMicros(viewer.until));
}

std::optional<Viewer> Read(const std::string& agent_id, const std::string& text) {
  const size_t blank = text.find(' ');
  const bool typing = text.substr(0, blank) == "2";
  if (blank == std::string::npos || (!typing && text.substr(0, blank) != "1")) return std::nullopt;
  return Viewer{agent_id, typing ? ViewerState::kTyping : ViewerState::kViewing,
                FromMicros(std::atoll(text.c_str() + blank))};
}

Error TooMany(const char* reason, const char* message) {
  Error error = MakeError(Code::kResourceExhausted, reason, message);
  error.retry_after_ms = kTooManyRetryMs;
  return error;
}

bool Has(const std::vector<Viewer>& viewers, const std::string& agent_id) {
  return std::any_of(viewers.begin(), viewers.end(),
                     [&](const Viewer& one) { return one.agent_id == agent_id; });
}

}  // namespace

muara::Status Viewers::CheckThere(const TicketId& ticket) {
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) { return store::Load(tx, ticket); }));
  return Ok();
}

std::optional<std::vector<bus::RedisReply>> Viewers::Ask(const Commands& commands) {
  const Time now = clock_.Now();
  if (away_until_ && now < *away_until_) return std::nullopt;
  if (redis_ == nullptr) {
    auto connected = bus::Redis::Connect(address_, kAnswerMsMax);
    if (connected.ok()) redis_ = std::move(*connected);
  }
  if (redis_ != nullptr) {
    auto replies = redis_->RunAll(commands);
    if (replies.ok()) {
      away_until_.reset();
      return std::move(*replies);
    }
  }
  redis_.reset();
  away_until_ = now + kAway;
  return std::nullopt;
}

std::optional<std::vector<Viewer>> Viewers::Shared(const TicketId& ticket, Time now) {
  const auto replies = Ask({{"HGETALL", KeyOf(ticket)}});
  if (!replies || (*replies)[0].kind != bus::RedisReply::Kind::kList) return std::nullopt;
  const std::vector<bus::RedisReply>& fields = (*replies)[0].list;
  std::vector<Viewer> viewers;
  std::vector<std::string> ended = {"HDEL", KeyOf(ticket)};
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto viewer = Read(fields[i].text, fields[i + 1].text);
    if (viewer && viewer->until > now) {
      viewers.push_back(*viewer);
    } else {
      ended.push_back(fields[i].text);
    }
  }
  if (ended.size() > 2) (void)Ask({ended});
  std::sort(viewers.begin(), viewers.end(),
            [](const Viewer& a, const Viewer& b) { return a.agent_id < b.agent_id; });
  return viewers;
}

void Viewers::Share(const TicketId& ticket, const Viewer& viewer, Time now) {
  const std::string key = KeyOf(ticket);
  Commands commands =
      bus::WhisperCommands("ticket", wire::TicketViewed(ticket, viewer, now), seal_);
  if (viewer.state == ViewerState::kGone) {
    commands.push_back({"HDEL", key, viewer.agent_id});
  } else {
    commands.push_back({"HSET", key, viewer.agent_id, Say(viewer)});
    commands.push_back({"EXPIRE", key, LifeSeconds()});
  }
  (void)Ask(commands);  // lost where Redis is away: it is told again within seconds
}

Result<std::vector<Viewer>> Viewers::View(const TicketId& ticket, const std::string& agent_id,
                                          ViewerState state) {
  const Time now = clock_.Now();
  {
    const std::lock_guard lock(mutex_);
    if (rate_.Take(agent_id, now) == ViewRate::Taken::kTooMany) {
      return TooMany("TOO_MANY_VIEWS", "an agent tells this 20 times in 10 s at most");
    }
  }
  RETURN_IF_ERROR(CheckThere(ticket));
  const Viewer viewer{agent_id, state, now + kViewerLife};
  const std::lock_guard lock(mutex_);
  auto shared = Shared(ticket, now);
  const bool is_full = shared && shared->size() >= kViewersMax && !Has(*shared, agent_id);
  const bool comes = state != ViewerState::kGone;
  if ((comes && is_full) || board_.Note(ticket, viewer, now) == ViewerBoard::Noted::kFull) {
    return TooMany("TOO_MANY_VIEWERS", "there is no room for one more who looks at it");
  }
  std::vector<Viewer> others = shared ? std::move(*shared) : board_.On(ticket, now);
  Share(ticket, viewer, now);
  std::erase_if(others, [&](const Viewer& one) { return one.agent_id == agent_id; });
  return others;
}

Result<std::vector<Viewer>> Viewers::List(const TicketId& ticket) {
  RETURN_IF_ERROR(CheckThere(ticket));
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  auto shared = Shared(ticket, now);
  return shared ? std::move(*shared) : board_.On(ticket, now);
}

}  // namespace muara::ticket
