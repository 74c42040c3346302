#include <gtest/gtest.h>

#include "services/channels/chat/domain/conversation.h"
#include "services/channels/chat/domain/rate_limit.h"

namespace muara::chat {
namespace {

void ExpectResumption(int64_t seen, int64_t head, int64_t after, bool resync) {
  const Resumption resumption = Resume(seen, head);
  EXPECT_EQ(resumption.after, after) << seen << " of " << head;
  EXPECT_EQ(resumption.resync, resync) << seen << " of " << head;
}

TEST(Resume, GoesOnWhereTheSocketWas) {
  ExpectResumption(0, 0, 0, false);
  ExpectResumption(0, 1000, 0, false);
  ExpectResumption(7, 9, 7, false);
  ExpectResumption(9, 9, 9, false);
  ExpectResumption(4000, 5000, 4000, false);
}

TEST(Resume, StartsAgainWhereTheSocketsLogIsNotOurs) {
  ExpectResumption(10, 9, 0, true);
  ExpectResumption(9000, 5000, 4000, true);
  ExpectResumption(3999, 5000, 4000, true);
  ExpectResumption(0, 1001, 1, true);
}

TEST(Token, FitsOnlyItsSession) {
  Session session;
  session.token_hash = HashToken("secret");
  EXPECT_TRUE(TokenFits(session, "secret"));
  EXPECT_FALSE(TokenFits(session, "secre"));
  EXPECT_FALSE(TokenFits(session, ""));
  EXPECT_EQ(session.token_hash.find("secret"), std::string::npos);
}

std::string ReasonOf(const Status& status) { return status.ok() ? "" : status.error().reason; }

TEST(Message, IsRefusedForWhatTheCoreOrTheStoreCannotTake) {
  EXPECT_EQ(ReasonOf(CheckText("halo", kTextBytesMax)), "");
  EXPECT_EQ(ReasonOf(CheckText(std::string(kTextBytesMax, 'x'), kTextBytesMax)), "");
  EXPECT_EQ(ReasonOf(CheckText(std::string(kTextBytesMax + 1, 'x'), kTextBytesMax)),
            "TEXT_TOO_LONG");
  EXPECT_EQ(ReasonOf(CheckText(" \n\t", kTextBytesMax)), "EMPTY_TEXT");
  EXPECT_EQ(ReasonOf(CheckText(std::string("a\0b", 3), kTextBytesMax)), "BAD_TEXT");
  EXPECT_EQ(ReasonOf(CheckCid(std::string(64, 'c'))), "");
  for (const std::string& cid : {std::string(), std::string(65, 'c'), std::string("a b"),
                                 std::string("a\0b", 3), std::string("\xc3\xa4")}) {
    EXPECT_EQ(ReasonOf(CheckCid(cid)), "BAD_CID") << cid;
  }
}

TEST(Person, MayStayNamelessButNotLieAboutTheForm) {
  EXPECT_EQ(ReasonOf(CheckPerson("", "")), "");
  EXPECT_EQ(ReasonOf(CheckPerson("Sari", "sari@example.com")), "");
  EXPECT_EQ(ReasonOf(CheckPerson("Sari\nBcc: x", "")), "BAD_NAME");
  EXPECT_EQ(ReasonOf(CheckPerson(std::string(257, 'x'), "")), "BAD_NAME");
  for (const char* email : {"sari", "@example.com", "sari@", "sari @example.com", "a@b\r\n"}) {
    EXPECT_EQ(ReasonOf(CheckPerson("Sari", email)), "BAD_EMAIL") << email;
  }
}

TEST(RateLimit, SaysHowLongToWaitAndKeepsKeysApart) {
  const Time start = FromMicros(1'000'000'000);
  RateLimit limit(2);
  EXPECT_EQ(limit.Take("a", start), 0);
  EXPECT_EQ(limit.Take("a", start), 0);
  EXPECT_EQ(limit.Take("a", start), 30'000);
  EXPECT_EQ(limit.Take("b", start), 0);
  EXPECT_EQ(limit.Take("a", start + std::chrono::seconds(10)), 20'000);
  EXPECT_EQ(limit.Take("a", start + std::chrono::seconds(30)), 0);
  EXPECT_EQ(limit.Take("a", start + std::chrono::hours(1)), 0);
  EXPECT_EQ(limit.Take("a", start + std::chrono::hours(1)), 0);
  EXPECT_GT(limit.Take("a", start + std::chrono::hours(1)), 0) << "a burst is one minute's worth";
}

}  // namespace
}  // namespace muara::chat
