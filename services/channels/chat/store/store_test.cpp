#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "services/channels/chat/chat_fixture.h"
#include "services/channels/chat/store/messages.h"
#include "services/channels/chat/store/schema.h"
#include "services/channels/chat/store/sessions.h"

namespace muara::chat::store {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class StoreTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void Add(const std::string& id, Time now = FromMicros(1)) {
    const Session session{id, "hash-" + id, "Sari", "", 0};
    ASSERT_TRUE(
        database_->Transact([&](sql::Tx& tx) { return InsertSession(tx, session, now); }).ok());
  }

  Result<Message> AppendOne(Message message) {
    return database_->Transact([&](sql::Tx& tx) { return Append(tx, message); });
  }

  static Message Said(const std::string& session, const std::string& cid) {
    Message message;
    message.session = session;
    message.id = "i-" + cid;
    message.text = "halo " + cid;
    message.cid = cid;
    message.time = FromMicros(5);
    return message;
  }

  static Message Delivered(const std::string& session, const std::string& delivery_id) {
    Message message;
    message.session = session;
    message.author = Author::kSystem;
    message.name = "Dewi";
    message.text = "jawaban";
    message.delivery_id = delivery_id;
    message.choices = Choices{1, 5, "https://x.example"};
    message.time = FromMicros(6);
    return message;
  }

  std::optional<Session> Find(const std::string& id) {
    return *database_->Read([&](sql::Tx& tx) { return FindSession(tx, id); });
  }

  std::vector<Message> List(const std::string& id, int64_t after) {
    return *database_->Read([&](sql::Tx& tx) { return ListAfter(tx, id, after, 1000); });
  }

  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_ = NewStore(GetParam(), folder_);
};

TEST_P(StoreTest, KeepsMessagesAsTheyWere) {
  Add("s");
  ASSERT_TRUE(AppendOne(Said("s", "c1")).ok());
  ASSERT_TRUE(AppendOne(Delivered("s", "d1")).ok());
  const auto all = List("s", 0);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].seq, 1);
  EXPECT_EQ(all[0].id, "i-c1");
  EXPECT_EQ(all[0].author, Author::kCustomer);
  EXPECT_EQ(all[0].text, "halo c1");
  EXPECT_EQ(all[0].cid, "c1");
  EXPECT_FALSE(all[0].choices);
  EXPECT_EQ(all[0].time, FromMicros(5));
  EXPECT_EQ(all[1].author, Author::kSystem);
  EXPECT_EQ(all[1].name, "Dewi");
  EXPECT_EQ(all[1].delivery_id, "d1");
  ASSERT_TRUE(all[1].choices);
  EXPECT_EQ(all[1].choices->maximum, 5);
  EXPECT_EQ(all[1].choices->url, "https://x.example");
  EXPECT_EQ(List("s", 1).size(), 1u);
  EXPECT_EQ(Find("s")->head, 2);
}

TEST_P(StoreTest, AddsTheSameOnce) {
  Add("s");
  Add("t");
  EXPECT_EQ(AppendOne(Said("s", "c1"))->seq, 1);
  EXPECT_EQ(AppendOne(Delivered("s", "d1"))->seq, 2);
  EXPECT_EQ(AppendOne(Said("s", "c1"))->seq, 1);
  EXPECT_EQ(AppendOne(Delivered("s", "d1"))->seq, 2);
  EXPECT_EQ(AppendOne(Delivered("s", "d1"))->choices->minimum, 1);
  EXPECT_EQ(AppendOne(Said("t", "c1"))->seq, 1) << "a cid belongs to its session";
  EXPECT_EQ(Find("s")->head, 2);
}

TEST_P(StoreTest, KnowsNoLogWithoutItsSession) {
  EXPECT_EQ(AppendOne(Said("nobody", "c1")).error().reason, "UNKNOWN_SESSION");
}

TEST_P(StoreTest, NumbersWithoutAGapUnderConcurrency) {
  Add("s");
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        // Each is written by two of them.
        const int number = (writer / 2) * kEach + i;
        EXPECT_TRUE(AppendOne(Said("s", "c" + std::to_string(number))).ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto all = List("s", 0);
  ASSERT_EQ(all.size(), static_cast<size_t>(kWriters / 2 * kEach));
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].seq, static_cast<int64_t>(i + 1));
}

TEST_P(StoreTest, UpdatesWhatASessionTellsOfItself) {
  Add("s");
  const auto touch = [&](const std::string& name, const std::string& email) {
    return database_->Transact(
        [&](sql::Tx& tx) { return TouchSession(tx, "s", name, email, FromMicros(9)); });
  };
  ASSERT_TRUE(touch("", "sari@example.com").ok());
  EXPECT_EQ(Find("s")->name, "Sari");
  EXPECT_EQ(Find("s")->email, "sari@example.com");
  ASSERT_TRUE(touch("Sari Dewi", "").ok());
  EXPECT_EQ(Find("s")->name, "Sari Dewi");
  EXPECT_EQ(Find("s")->email, "sari@example.com");
}

TEST_P(StoreTest, TellsTheHeadsOfMany) {
  Add("s");
  Add("t");
  ASSERT_TRUE(AppendOne(Said("t", "c1")).ok());
  const auto heads = database_->Read([&](sql::Tx& tx) { return Heads(tx, {"s", "t", "nobody"}); });
  EXPECT_THAT(*heads, ElementsAre(Pair("s", 0), Pair("t", 1)));
}

TEST_P(StoreTest, ForgetsOnlyWhatNobodyUses) {
  Add("old", FromMicros(10));
  Add("older", FromMicros(9));
  Add("used", FromMicros(10));
  ASSERT_TRUE(AppendOne(Said("old", "c1")).ok());  // its time is before its session's own
  Message late = Said("used", "c1");
  late.time = FromMicros(1000);
  ASSERT_TRUE(AppendOne(late).ok());
  const auto forget = [&](int64_t limit) {
    return *database_->Transact(
        [&](sql::Tx& tx) { return ForgetUnusedSince(tx, FromMicros(500), limit); });
  };
  EXPECT_EQ(forget(1), 1);
  EXPECT_EQ(forget(10), 1);
  EXPECT_EQ(forget(10), 0);
  EXPECT_FALSE(Find("old"));
  EXPECT_TRUE(List("old", 0).empty());
  EXPECT_TRUE(Find("used"));
  EXPECT_EQ(List("used", 0).size(), 1u);
}

TEST_P(StoreTest, MigratesTwiceWithoutHarm) { EXPECT_TRUE(Migrate(*database_).ok()); }

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace muara::chat::store
