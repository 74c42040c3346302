#include "libs/bus/whisper.h"

#include "libs/bus/bus_fixture.h"

namespace muara::bus {
namespace {

class WhisperTest : public ::testing::Test {
 protected:
  static Envelope Saying(const std::string& subject) {
    Envelope envelope;
    envelope.id = subject;
    envelope.type = kType;
    envelope.subject = subject;
    return envelope;
  }
  void Whisper(const std::string& subject, const std::string& secret = kSecret,
               const std::string& topic = "ticket") {
    auto redis = Redis::Connect(address_, 2000);
    ASSERT_TRUE(redis.ok());
    ASSERT_TRUE((*redis)->RunAll(WhisperCommands(topic, Saying(subject), Seal(secret))).ok());
  }
  // The subjects that are heard until one of this subject is.
  static std::string Until(Ear& ear, const std::string& last) {
    std::string text;
    const bool came = testing::Eventually([&] {
      const auto heard = ear.Listen(50);
      if (!heard.ok()) return false;
      for (const std::string& bytes : *heard) text += ParseEnvelope(bytes)->subject + " ";
      return text.ends_with(last + " ");
    });
    return came ? text : text + "and nothing more";
  }

  testing::RedisServer server_;
  const RedisAddress address_{"127.0.0.1", server_.port()};
};

TEST_F(WhisperTest, AllWhoListenHearWhatComesFromThenOnInOrder) {
  Whisper("before");
  Ear one(address_, "ticket", kSecret), other(address_, "ticket", kSecret);
  ASSERT_TRUE(one.Listen(1).ok());
  ASSERT_TRUE(other.Listen(1).ok());
  Whisper("a");
  Whisper("elsewhere", kSecret, "routing");
  Whisper("b");
  EXPECT_EQ(Until(one, "b"), "a b ");
  EXPECT_EQ(Until(other, "b"), "a b ");
}

TEST_F(WhisperTest, WhatIsNotSealedWithOurSecretIsNotHeard) {
  Ear ear(address_, "ticket", kSecret);
  ASSERT_TRUE(ear.Listen(1).ok());
  Whisper("forged", "another secret");
  auto redis = Redis::Connect(address_, 2000);
  ASSERT_TRUE((*redis)->Run({"XADD", "wh:{ticket}", "*", "odd", "one"}).ok());
  Whisper("true");
  EXPECT_EQ(Until(ear, "true"), "true ");
}

TEST_F(WhisperTest, GoesOnWhenRedisIsBack) {
  Ear ear(address_, "ticket", kSecret);
  ASSERT_TRUE(ear.Listen(1).ok());
  server_.Kill();
  EXPECT_EQ(ear.Listen(1).error().code, Code::kUnavailable);
  server_.Start();
  ASSERT_TRUE(testing::Eventually([&] { return ear.Listen(1).ok(); }));
  Whisper("again");
  EXPECT_EQ(Until(ear, "again"), "again ");
}

TEST_F(WhisperTest, LittleIsKeptAndItEndsByItself) {
  for (int i = 0; i < 3; ++i) Whisper("a");
  auto redis = Redis::Connect(address_, 2000);
  const int64_t seconds = (*redis)->Run({"TTL", "wh:{ticket}"})->integer;
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, kWhisperLifeSeconds);
  std::vector<std::vector<std::string>> many;
  for (int i = 0; i < 5 * kWhispersKept; ++i) {
    many.push_back(WhisperCommands("ticket", Saying("b"), Seal(kSecret))[0]);
  }
  ASSERT_TRUE((*redis)->RunAll(many).ok());
  EXPECT_LT((*redis)->Run({"XLEN", "wh:{ticket}"})->integer, 2 * kWhispersKept);
}

}  // namespace
}  // namespace muara::bus
