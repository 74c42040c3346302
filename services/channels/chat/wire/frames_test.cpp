#include "services/channels/chat/wire/frames.h"

#include <gtest/gtest.h>

namespace muara::chat::wire {
namespace {

TEST(Frames, ReadAHelloWithAndWithoutItsOptionalParts) {
  const auto bare = ReadFrame(R"({"type":"hello","session":null})");
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(std::get<Hello>(*bare).session, "");
  EXPECT_EQ(std::get<Hello>(*bare).seen, 0);
  const auto full = ReadFrame(
      R"({"type":"hello","session":"s","token":"t","name":"Sari","email":"a@b","resume":{"seq":9}})");
  ASSERT_TRUE(full.ok());
  const Hello& hello = std::get<Hello>(*full);
  EXPECT_EQ(hello.session + hello.token + hello.name + hello.email, "stSaria@b");
  EXPECT_EQ(hello.seen, 9);
}

TEST(Frames, RefuseNumbersThatAreNoPlaceInALog) {
  for (const char* seq : {"-1", "1.5", "\"1\"", "18446744073709551615", "1e3", "null"}) {
    const auto frame = ReadFrame(std::string(R"({"type":"hello","resume":{"seq":)") + seq + "}}");
    ASSERT_FALSE(frame.ok()) << seq;
    EXPECT_EQ(frame.error().reason, "BAD_FRAME") << seq;
  }
}

TEST(Frames, RefuseDepthThatOnlyAnAttackerSends) {
  EXPECT_EQ(ReadFrame(std::string(100'000, '[')).error().reason, "BAD_JSON");
  EXPECT_EQ(ReadFrame("").error().reason, "BAD_JSON");
  EXPECT_EQ(ReadFrame("{} {}").error().reason, "BAD_JSON");
}

TEST(Frames, WriteTextsThatCannotBreakOut) {
  Message message;
  message.seq = 3;
  message.author = Author::kAgent;
  message.text = "\"},{\"type\":\"ack\"\n</script>";
  message.time = FromMicros(0);
  EXPECT_EQ(MessageFrame(message),
            R"({"type":"message","seq":3,"id":"","from":"agent","name":"","text":"\"},{\"type\":)"
            R"(\"ack\"\n</script>","time":"1970-01-01T00:00:00.000Z"})");
}

}  // namespace
}  // namespace muara::chat::wire
