#include "libs/bus/stream_bell.h"

namespace muara::bus {
namespace {

constexpr int kAnswerMarginMs = 3000;

}  // namespace

Result<bool> StreamBell::Wait(const std::string& epoch, const std::vector<int64_t>& positions,
                              int wait_ms) {
  if (redis_ == nullptr) {
    ASSIGN_OR_RETURN(redis_, Redis::Connect(address_, wait_ms + kAnswerMarginMs));
  }
  std::vector<std::string> command = {"XREAD",  "COUNT", "1", "BLOCK", std::to_string(wait_ms),
                                      "STREAMS"};
  for (size_t part = 0; part < positions.size(); ++part) {
    command.push_back(StreamOf(topic_, epoch, static_cast<int>(part)));
  }
  for (const int64_t position : positions) command.push_back(std::to_string(position) + "-0");
  const auto reply = redis_->Run(command);
  if (!reply.ok()) redis_.reset();
  if (!reply.ok()) return reply.error();
  if (reply->kind == RedisReply::Kind::kError) {
    return MakeError(Code::kUnavailable, "REDIS_REFUSED", reply->text);
  }
  return !reply->list.empty();
}

}  // namespace muara::bus
