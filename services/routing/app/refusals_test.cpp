// A store that refuses for a moment: what the leader was about to do is done when it answers again.
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

// Refuses the next transactions that write in this table, and all else it does.
class RefusingDatabase final : public sql::Database {
 public:
  explicit RefusingDatabase(sql::Database& database) : database_(database) {}
  void Refuse(const std::string& table, int times) {
    table_ = table;
    left_ = times;
  }
  int left() const { return left_; }
  sql::Engine engine() const override { return database_.engine(); }

 protected:
  Status RunIn(Mode mode, const std::function<Status(sql::Tx&)>& work) override {
    if (mode == Mode::kRead) return database_.Read(work);
    return database_.Transact([&](sql::Tx& tx) {
      RefusingTx refusing(tx, *this);
      return work(refusing);
    });
  }

 private:
  class RefusingTx final : public sql::Tx {
   public:
    RefusingTx(sql::Tx& tx, RefusingDatabase& by) : tx_(tx), by_(by) {}
    Result<sql::Rows> Run(std::string_view sql, const sql::Params& params) override {
      RETURN_IF_ERROR(by_.Check(sql));
      return tx_.Run(sql, params);
    }
    Result<std::vector<sql::Rows>> RunAll(std::vector<sql::Statement> statements) override {
      for (const sql::Statement& one : statements) RETURN_IF_ERROR(by_.Check(one.sql));
      return tx_.RunAll(std::move(statements));
    }
    Status Post(sql::Statement statement) override {
      RETURN_IF_ERROR(by_.Check(statement.sql));
      return tx_.Post(std::move(statement));
    }
    sql::Engine engine() const override { return tx_.engine(); }
    void OnCommit(std::function<void()> action) override { tx_.OnCommit(std::move(action)); }

   private:
    sql::Tx& tx_;
    RefusingDatabase& by_;
  };

  Status Check(std::string_view sql) {
    const bool writes = !sql.starts_with("SELECT") && sql.find(table_) != std::string_view::npos;
    if (left_ == 0 || !writes) return Ok();
    --left_;
    return MakeError(Code::kUnavailable, "STORE_AWAY", "the store is away");
  }

  sql::Database& database_;
  std::string table_;
  int left_ = 0;
};

class RefusalsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    refusing_ = std::make_unique<RefusingDatabase>(*database_);
    one_ = std::make_unique<Replica>(*refusing_, *log_, clock_);
    ASSERT_TRUE(one_->policy.Refresh().ok());
    Queue queue{.id = "general", .display_name = "General"};
    queue.overflow_seconds = 60;
    queue.overflow_queue_id = "second";
    ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  }

  std::unique_ptr<RefusingDatabase> refusing_;
};

TEST_P(RefusalsTest, WhatIsDueIsDoneAsSoonAsTheStoreAnswers) {
  for (const char* id : {"t1", "t2", "t3"}) Open(id);
  Step();
  clock_.Advance(seconds(60));
  refusing_->Refuse("work_item", 2);
  EXPECT_EQ(one_->dispatcher.Step().error().reason, "STORE_AWAY");
  EXPECT_EQ(one_->dispatcher.Step().error().reason, "STORE_AWAY");
  EXPECT_EQ(refusing_->left(), 0);
  for (const char* id : {"t1", "t2", "t3"}) EXPECT_EQ(Get(id).queue_id, "general");
  Step();
  for (const char* id : {"t1", "t2", "t3"}) EXPECT_EQ(Get(id).queue_id, "second") << id;
  Step();
  for (const char* id : {"t1", "t2", "t3"}) EXPECT_EQ(FactTypes(id), "WorkQueued WorkQueued");
}

TEST_P(RefusalsTest, TheThreadGoesOnByItself) {
  for (const char* id : {"t1", "t2"}) Open(id);
  clock_.Advance(seconds(60));
  refusing_->Refuse("work_item", 3);
  ASSERT_TRUE(one_->dispatcher.Start().ok());
  EXPECT_TRUE(testing::Eventually(
      [&] { return Get("t1").queue_id == "second" && Get("t2").queue_id == "second"; }));
  one_->dispatcher.Stop();
}

MUARA_ON_BOTH_ENGINES(RefusalsTest);

}  // namespace
}  // namespace muara::routing
