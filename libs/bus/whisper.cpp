#include "libs/bus/whisper.h"

namespace muara::bus {
namespace {

constexpr int kAnswerMarginMs = 3000;
constexpr size_t kBytesMax = 4096;  // of one; what is longer is none of ours

std::string StreamOf(const std::string& topic) { return "wh:{" + topic + "}"; }

std::string SealOf(const Seal& seal, const std::string& topic, const std::string& bytes) {
  return seal.Of("whisper." + topic, 0, 0, bytes);
}

// An entry is [id, [field, value ...]]; empty: not as we write them.
std::string BytesOf(const RedisReply& entry, const std::string& topic, const Seal& seal) {
  if (entry.list.size() != 2 || entry.list[1].list.size() != 4) return "";
  const std::string& bytes = entry.list[1].list[1].text;
  if (bytes.size() > kBytesMax) return "";
  return entry.list[1].list[3].text == SealOf(seal, topic, bytes) ? bytes : "";
}

}  // namespace

std::vector<std::vector<std::string>> WhisperCommands(const std::string& topic,
                                                      const Envelope& envelope, const Seal& seal) {
  const std::string stream = StreamOf(topic), bytes = Serialize(envelope);
  return {{"XADD", stream, "MAXLEN", "~", std::to_string(kWhispersKept), "*", "e", bytes, "s",
           SealOf(seal, topic, bytes)},
          {"EXPIRE", stream, std::to_string(kWhisperLifeSeconds)}};
}

// Ids grow with the time, so that a stream that begins anew goes on after the old one.
Status Ear::Begin(int wait_ms) {
  if (redis_ != nullptr) return Ok();
  ASSIGN_OR_RETURN(redis_, Redis::Connect(address_, wait_ms + kAnswerMarginMs));
  const auto last = redis_->Run({"XREVRANGE", StreamOf(topic_), "+", "-", "COUNT", "1"});
  if (!last.ok()) redis_.reset();
  RETURN_IF_ERROR(last);
  const bool any = !last->list.empty() && !last->list[0].list.empty();
  after_ = any ? last->list[0].list[0].text : "0-0";
  return Ok();
}

Result<std::vector<std::string>> Ear::Listen(int wait_ms) {
  RETURN_IF_ERROR(Begin(wait_ms));
  const auto reply = redis_->Run({"XREAD", "COUNT", std::to_string(kWhispersKept), "BLOCK",
                                  std::to_string(wait_ms), "STREAMS", StreamOf(topic_), after_});
  if (!reply.ok() || reply->kind == RedisReply::Kind::kError) redis_.reset();
  RETURN_IF_ERROR(reply);
  if (reply->kind == RedisReply::Kind::kError) {
    return MakeError(Code::kUnavailable, "REDIS_REFUSED", reply->text);
  }
  std::vector<std::string> heard;
  if (reply->list.empty() || reply->list[0].list.size() != 2) return heard;
  for (const RedisReply& entry : reply->list[0].list[1].list) {
    if (!entry.list.empty()) after_ = entry.list[0].text;
    std::string bytes = BytesOf(entry, topic_, seal_);
    if (!bytes.empty()) heard.push_back(std::move(bytes));
  }
  return heard;
}

}  // namespace muara::bus
