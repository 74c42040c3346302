#include "libs/bus/redis.h"

#include <hiredis/hiredis.h>

#include <cstdio>
#include <cstring>

namespace muara::bus {
namespace {

timeval Millis(int millis) { return {millis / 1000, (millis % 1000) * 1000}; }

Error Away(const std::string& why) {
  return MakeError(Code::kUnavailable, "REDIS_UNAVAILABLE", "Redis is away: " + why);
}

RedisReply Copy(const redisReply& reply) {
  RedisReply out;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      out.kind = RedisReply::Kind::kInteger;
      out.integer = reply.integer;
      break;
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING:
      out.kind = RedisReply::Kind::kText;
      out.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ERROR:
      out.kind = RedisReply::Kind::kError;
      out.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      out.kind = RedisReply::Kind::kList;
      for (size_t i = 0; i < reply.elements; ++i) out.list.push_back(Copy(*reply.element[i]));
      break;
    default:
      break;
  }
  return out;
}

}  // namespace

struct Redis::Inside {
  redisContext* context = nullptr;
  ~Inside() {
    if (context != nullptr) redisFree(context);
  }

  Status Send(const std::vector<std::string>& command) {
    std::vector<const char*> parts;
    std::vector<size_t> sizes;
    for (const std::string& part : command) {
      parts.push_back(part.data());
      sizes.push_back(part.size());
    }
    if (redisAppendCommandArgv(context, static_cast<int>(parts.size()), parts.data(),
                               sizes.data()) != REDIS_OK) {
      return Away(context->errstr);
    }
    return Ok();
  }

  Result<RedisReply> Receive() {
    void* raw = nullptr;
    if (redisGetReply(context, &raw) != REDIS_OK || raw == nullptr) return Away(context->errstr);
    auto* reply = static_cast<redisReply*>(raw);
    RedisReply out = Copy(*reply);
    freeReplyObject(reply);
    return out;
  }
};

Result<RedisAddress> ParseRedisUrl(const std::string& url) {
  const Error bad = MakeError(Code::kInvalidArgument, "BAD_REDIS_URL",
                              "a Redis is redis://[user:password@]host:port");
  constexpr std::string_view kScheme = "redis://";
  if (!url.starts_with(kScheme)) return bad;
  std::string rest = url.substr(kScheme.size());
  RedisAddress address;
  if (const size_t at = rest.rfind('@'); at != std::string::npos) {
    const size_t colon = rest.find(':');
    if (colon > at) return bad;
    address.user = rest.substr(0, colon);
    address.password = rest.substr(colon + 1, at - colon - 1);
    rest = rest.substr(at + 1);
  }
  const size_t colon = rest.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad;
  address.host = rest.substr(0, colon);
  char* end = nullptr;
  address.port = static_cast<int>(std::strtol(rest.c_str() + colon + 1, &end, 10));
  if (*end != '\0' || address.port <= 0 || address.port > 65535) return bad;
  return address;
}

Redis::Redis(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Redis::~Redis() = default;

Result<std::unique_ptr<Redis>> Redis::Connect(const RedisAddress& address, int answer_ms_max) {
  auto inside = std::make_unique<Inside>();
  inside->context = redisConnectWithTimeout(address.host.c_str(), address.port, Millis(1000));
  if (inside->context == nullptr) return Away("no memory");
  if (inside->context->err != 0) return Away(inside->context->errstr);
  redisSetTimeout(inside->context, Millis(answer_ms_max));
  std::unique_ptr<Redis> redis(new Redis(std::move(inside)));
  if (!address.password.empty()) {
    std::vector<std::string> login = {"AUTH", address.password};
    if (!address.user.empty()) login.insert(login.begin() + 1, address.user);
    ASSIGN_OR_RETURN(const RedisReply reply, redis->Run(login));
    if (reply.kind == RedisReply::Kind::kError) {
      return MakeError(Code::kUnauthenticated, "REDIS_REFUSED",
                       "Redis refused our name or password");
    }
  }
  return redis;
}

Result<RedisReply> Redis::Run(const std::vector<std::string>& command) {
  RETURN_IF_ERROR(inside_->Send(command));
  return inside_->Receive();
}

Result<std::vector<RedisReply>> Redis::RunAll(
    const std::vector<std::vector<std::string>>& commands) {
  for (const auto& command : commands) RETURN_IF_ERROR(inside_->Send(command));
  std::vector<RedisReply> replies;
  for (size_t i = 0; i < commands.size(); ++i) {
    ASSIGN_OR_RETURN(RedisReply reply, inside_->Receive());
    replies.push_back(std::move(reply));
  }
  return replies;
}

Status CheckPolicy(Redis& redis) {
  ASSIGN_OR_RETURN(const RedisReply reply, redis.Run({"INFO", "memory"}));
  constexpr std::string_view kField = "maxmemory_policy:";
  const size_t at = reply.text.find(kField);
  if (at == std::string::npos) {
    return MakeError(Code::kFailedPrecondition, "REDIS_REFUSED",
                     "Redis does not tell its maxmemory-policy: allow +info");
  }
  const std::string policy =
      reply.text.substr(at + kField.size(), reply.text.find("\r\n", at) - at - kField.size());
  if (policy == "noeviction") return Ok();
  return MakeError(Code::kFailedPrecondition, "EVICTING_REDIS",
                   "this Redis may drop what is written to it (maxmemory-policy " + policy +
                       "): set it to noeviction");
}

std::string StreamOf(const std::string& topic, const std::string& epoch, int part) {
  char number[8];
  std::snprintf(number, sizeof number, "%02d", part);
  return "ev:{" + topic + "." + number +
         "}:" + epoch.substr(epoch.size() > 8 ? epoch.size() - 8 : 0);
}

}  // namespace muara::bus
