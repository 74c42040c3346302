// One suite over both engines, and what each of them promises under concurrency.
#include "libs/sql/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "libs/sql/migrate.h"
#include "libs/sql/nested.h"
#include "libs/sql/rewrite.h"
#include "libs/testing/servers.h"

namespace muara::sql {
namespace {

testing::PostgresServer& SharedPostgres() {
  static testing::PostgresServer server;
  return server;
}

class DatabaseTest : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    const std::string url = GetParam() == Engine::kSqlite ? testing::SqliteUrl(folder_)
                                                          : SharedPostgres().NewDatabase();
    auto opened = Database::Open(url, {});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    db_ = std::move(*opened);
    const std::vector<Step> steps = {
        {1,
         "things",
         {"CREATE TABLE thing (id TEXT PRIMARY KEY, count BIGINT NOT NULL, "
          "real DOUBLE PRECISION, flag BOOLEAN, bytes BYTEA)"}}};
    ASSERT_TRUE(Migrate(*db_, "test", steps).ok());
    ASSERT_TRUE(Migrate(*db_, "test", steps).ok()) << "a second time is harmless";
  }

  Status Insert(const std::string& id, int64_t count) {
    return db_->Transact([&](Tx& tx) -> Status {
      RETURN_IF_ERROR(tx.Execute("INSERT INTO thing (id, count) VALUES ($1, $2)", id, count));
      return Ok();
    });
  }

  Result<int64_t> Count(const std::string& id) {
    return db_->Read([&](Tx& tx) -> Result<int64_t> {
      ASSIGN_OR_RETURN(const Rows rows, tx.Query("SELECT count FROM thing WHERE id = $1", id));
      if (rows.empty()) return MakeError(Code::kNotFound, "NO_THING", id);
      return rows[0].Int(0);
    });
  }

  testing::TempFolder folder_;
  std::unique_ptr<Database> db_;
};

TEST_P(DatabaseTest, AStepThatTheEngineRefusesIsUndoneAndTheRestStays) {
  ASSERT_TRUE(Insert("there", 1).ok());
  const Status done = db_->Transact([&](Tx& tx) -> Status {
    const auto add = [](Tx& in, const char* id) -> Status {
      RETURN_IF_ERROR(in.Execute("INSERT INTO thing (id, count) VALUES ($1, 2)", id));
      return Ok();
    };
    RETURN_IF_ERROR(add(tx, "before"));
    Nested steps(tx);
    const Status refused = steps.Transact([&](Tx& in) -> Status {
      RETURN_IF_ERROR(add(in, "within"));
      return add(in, "there");
    });
    EXPECT_EQ(refused.error().reason, "UNIQUE_VIOLATION");
    return add(tx, "after");
  });
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(*Count("before"), 2);
  EXPECT_EQ(*Count("after"), 2);
  EXPECT_EQ(*Count("there"), 1);
  EXPECT_FALSE(Count("within").ok());
}

TEST_P(DatabaseTest, WhatIsPostedIsThereForWhatComesAfterAndCommittedWithIt) {
  const auto seen = db_->Transact([](Tx& tx) -> Result<int64_t> {
    for (int i = 0; i < 450; ++i) {  // more than is kept back, or sent at once
      RETURN_IF_ERROR(
          tx.Post("INSERT INTO thing (id, count) VALUES ($1, $2)", "p" + std::to_string(i), i));
    }
    ASSIGN_OR_RETURN(const Rows rows, tx.Query("SELECT COUNT(*), SUM(count) FROM thing"));
    EXPECT_EQ(rows[0].Int(1), 450 * 449 / 2);
    RETURN_IF_ERROR(tx.Post("UPDATE thing SET count = count + 1 WHERE id = 'p7'"));
    return rows[0].Int(0);
  });
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  EXPECT_EQ(*seen, 450);
  EXPECT_EQ(*Count("p7"), 8);
}

TEST_P(DatabaseTest, WhatIsPostedAndFailsUndoesItsTransaction) {
  ASSERT_TRUE(Insert("there", 1).ok());
  bool told = false;
  const Status failed = db_->Transact([&](Tx& tx) -> Status {
    tx.OnCommit([&] { told = true; });
    RETURN_IF_ERROR(tx.Post("INSERT INTO thing (id, count) VALUES ('before', 2)"));
    RETURN_IF_ERROR(tx.Post("INSERT INTO thing (id, count) VALUES ('there', 2)"));
    return tx.Post("INSERT INTO thing (id, count) VALUES ('after', 2)");
  });
  EXPECT_EQ(failed.error().reason, "UNIQUE_VIOLATION");
  EXPECT_FALSE(told);
  EXPECT_FALSE(Count("before").ok());
  EXPECT_FALSE(Count("after").ok());
  EXPECT_EQ(*Count("there"), 1);
  EXPECT_TRUE(Insert("another", 1).ok()) << "the connection is as good as before";
}

TEST_P(DatabaseTest, WhatAStepPostedAndFailsUndoesThatStepAlone) {
  ASSERT_TRUE(Insert("there", 1).ok());
  const Status done = db_->Transact([&](Tx& tx) -> Status {
    const auto add = [](Tx& in, const char* id) {
      return in.Post("INSERT INTO thing (id, count) VALUES ($1, 2)", id);
    };
    RETURN_IF_ERROR(add(tx, "before"));
    Nested steps(tx);
    const Status refused = steps.Transact([&](Tx& in) -> Status {
      RETURN_IF_ERROR(add(in, "within"));
      return add(in, "there");
    });
    EXPECT_EQ(refused.error().reason, "UNIQUE_VIOLATION");
    const Status minded = steps.Transact([&](Tx& in) -> Status {
      RETURN_IF_ERROR(add(in, "unsent"));
      return MakeError(Code::kAborted, "CHANGED_MIND", "");
    });
    EXPECT_EQ(minded.error().reason, "CHANGED_MIND");
    RETURN_IF_ERROR(steps.Transact([&](Tx& in) { return add(in, "kept"); }));
    return add(tx, "after");
  });
  ASSERT_TRUE(done.ok()) << done.error().message;
  for (const char* id : {"before", "kept", "after"}) EXPECT_EQ(*Count(id), 2) << id;
  for (const char* id : {"within", "unsent"}) EXPECT_FALSE(Count(id).ok()) << id;
}

TEST_P(DatabaseTest, SeveralStatementsAnswerInTheirOrder) {
  const auto answers = db_->Transact([](Tx& tx) {
    return tx.RunAll({{"INSERT INTO thing (id, count) VALUES ($1, 1)", Params("a")},
                      {"SELECT count FROM thing WHERE id = $1", Params("a")},
                      {"UPDATE thing SET count = 5", {}},
                      {"SELECT count FROM thing WHERE id = $1", Params("a")}});
  });
  ASSERT_TRUE(answers.ok()) << answers.error().message;
  ASSERT_EQ(answers->size(), 4u);
  EXPECT_EQ(answers->at(1)[0].Int(0), 1);
  EXPECT_EQ(answers->at(2).affected, 1);
  EXPECT_EQ(answers->at(3)[0].Int(0), 5);
}

TEST_P(DatabaseTest, KeepsEveryTypeOfValue) {
  const std::string bytes("\0\x01\xff'\\", 5);
  const auto row = db_->Transact([&](Tx& tx) -> Result<Row> {
    RETURN_IF_ERROR(
        tx.Execute("INSERT INTO thing (id, count, real, flag, bytes) VALUES ($1, $2, $3, $4, $5)",
                   "a'$1 FOR UPDATE", int64_t{1} << 60, 0.1, true, Blob{bytes}));
    ASSIGN_OR_RETURN(const Rows rows,
                     tx.Query("SELECT id, count, real, flag, bytes, NULL FROM thing "
                              "WHERE count = $2 AND id = $1",
                              "a'$1 FOR UPDATE", int64_t{1} << 60));
    return rows[0];
  });
  ASSERT_TRUE(row.ok()) << row.error().message;
  EXPECT_EQ(row->Text(0), "a'$1 FOR UPDATE");
  EXPECT_EQ(row->Int(1), int64_t{1} << 60);
  EXPECT_EQ(row->Real(2), 0.1);
  EXPECT_TRUE(row->Bool(3));
  EXPECT_EQ(row->Bytes(4), bytes);
  EXPECT_TRUE(row->IsNull(5));
}

TEST_P(DatabaseTest, UndoesWhatFailed) {
  const Status failed = db_->Transact([&](Tx& tx) -> Status {
    RETURN_IF_ERROR(tx.Execute("INSERT INTO thing (id, count) VALUES ('x', 1)"));
    return MakeError(Code::kAborted, "CHANGED_MIND", "");
  });
  EXPECT_EQ(failed.error().reason, "CHANGED_MIND");
  EXPECT_EQ(Count("x").error().reason, "NO_THING");
}

TEST_P(DatabaseTest, NamesABrokenUniqueConstraint) {
  ASSERT_TRUE(Insert("x", 1).ok());
  EXPECT_EQ(Insert("x", 2).error().reason, "UNIQUE_VIOLATION");
  EXPECT_EQ(*Count("x"), 1);
}

TEST_P(DatabaseTest, AFailedStatementSpoilsOnlyItsOwnTransaction) {
  EXPECT_EQ(db_->Transact([](Tx& tx) -> Status {
                 RETURN_IF_ERROR(tx.Execute("INSERT INTO nowhere VALUES (1)"));
                 return Ok();
               })
                .error()
                .reason,
            "BAD_STATEMENT");
  EXPECT_TRUE(Insert("after", 1).ok());
}

TEST_P(DatabaseTest, LosesNoUpdateUnderConcurrency) {
  ASSERT_TRUE(Insert("n", 0).ok());
  std::vector<std::thread> threads;
  std::atomic<int> committed{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const Status status = db_->Transact([&](Tx& tx) -> Status {
          ASSIGN_OR_RETURN(const Rows rows,
                           tx.Query("SELECT count FROM thing WHERE id = 'n' FOR UPDATE"));
          RETURN_IF_ERROR(
              tx.Execute("UPDATE thing SET count = $1 WHERE id = 'n'", rows[0].Int(0) + 1));
          tx.OnCommit([&] { ++committed; });
          return Ok();
        });
        EXPECT_TRUE(status.ok()) << status.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*Count("n"), 200);
  EXPECT_EQ(committed, 200);
}

TEST_P(DatabaseTest, ReadsCannotChangeAnything) {
  const Status status = db_->Read([](Tx& tx) -> Status {
    RETURN_IF_ERROR(tx.Execute("INSERT INTO thing (id, count) VALUES ('r', 1)"));
    return Ok();
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Count("r").error().reason, "NO_THING");
}

TEST_P(DatabaseTest, TextWithANulIsRefusedInsteadOfCut) {
  const Status refused = Insert(std::string("a\0b", 3), 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "TEXT_WITH_NUL");
  EXPECT_FALSE(Count("a").ok());
}

TEST_P(DatabaseTest, ErrorsNeverQuoteTheRow) {
  ASSERT_TRUE(Insert("sari@x.test", 1).ok());
  EXPECT_EQ(Insert("sari@x.test", 2).error().message.find("sari"), std::string::npos);
  const auto null = db_->Transact([](Tx& tx) {
    return tx.Execute("INSERT INTO thing (id, count) VALUES ('sari@x.test', NULL)");
  });
  EXPECT_EQ(null.error().reason, "CONSTRAINT_VIOLATION");
  EXPECT_EQ(null.error().message.find("sari"), std::string::npos);
}

TEST_P(DatabaseTest, AStepThatFailsIsUndoneAndTheRestOfItsTransactionStays) {
  ASSERT_TRUE(Migrate(*db_, "steps", {{1, "one", {"CREATE TABLE step_test (n BIGINT)"}}}).ok());
  const auto add = [](Database& database, int n, const Status& end) {
    return database.Transact([&](Tx& tx) -> Status {
      RETURN_IF_ERROR(tx.Execute("INSERT INTO step_test (n) VALUES ($1)", n));
      return end;
    });
  };
  ASSERT_TRUE(db_->Transact([&](Tx& tx) -> Status {
                   Nested steps(tx);
                   RETURN_IF_ERROR(add(steps, 1, Ok()));
                   const Status refused = MakeError(Code::kFailedPrecondition, "NO", "");
                   EXPECT_EQ(add(steps, 2, refused).error().reason, "NO");
                   return add(steps, 3, Ok());
                 })
                  .ok());
  const auto kept =
      db_->Read([](Tx& tx) { return tx.Query("SELECT n FROM step_test ORDER BY n"); });
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 2);
  EXPECT_EQ((*kept)[1].Int(0), 3);
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == Engine::kSqlite ? "sqlite" : "postgres";
                         });

TEST(Database, NamesABadUrl) {
  EXPECT_EQ(Database::Open("mysql://x", {}).error().reason, "BAD_STORE_URL");
  EXPECT_EQ(Database::Open("sqlite://relative.db", {}).error().reason, "BAD_STORE_URL");
  EXPECT_EQ(Database::Open("postgresql://u@127.0.0.1:1/x", {}).error().code, Code::kUnavailable);
}

// Ranges over prefixes, and the order of pages, are those of bytes.
TEST(Database, PostgresWithAnotherOrderOfTextIsRefused) {
  const std::string icu = " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";
  const auto opened = Database::Open(SharedPostgres().NewDatabase(icu), {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "STORE_COLLATION");
}

TEST(Database, PostgresComesBackAfterACrash) {
  testing::PostgresServer server;
  auto db = Database::Open(server.NewDatabase(), {});
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(Migrate(**db, "test", {}).ok());
  server.Kill();
  const auto probe = [&](Tx& tx) -> Status {
    RETURN_IF_ERROR(tx.Query("SELECT 1"));
    return Ok();
  };
  EXPECT_EQ((*db)->Transact(probe).error().code, Code::kUnavailable);
  server.Start();
  EXPECT_TRUE((*db)->Transact(probe).ok() || (*db)->Transact(probe).ok());
}

TEST(Database, PostgresWaitsForALockOnlySoLong) {
  auto db = Database::Open(SharedPostgres().NewDatabase(), {.wait_ms_max = 200});
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(Migrate(**db, "test", {{1, "one", {"CREATE TABLE one (n BIGINT)"}}}).ok());
  const auto lock = [](Tx& tx) { return tx.Execute("LOCK TABLE one IN EXCLUSIVE MODE"); };
  std::optional<Status> second;
  ASSERT_TRUE((*db)
                  ->Transact([&](Tx& tx) -> Status {
                    RETURN_IF_ERROR(lock(tx));
                    std::thread([&] {
                      const auto locked = (*db)->Transact(lock);
                      second = locked.ok() ? Ok() : Status(locked.error());
                    }).join();
                    return Ok();
                  })
                  .ok());
  EXPECT_EQ(second->error().code, Code::kUnavailable);
}

// As one does whose process is frozen: others go on, it learns of it, and the next one works.
TEST(Database, PostgresGivesUpATransactionThatStandsStill) {
  for (const bool by_itself : {false, true}) {
    auto db = Database::Open(SharedPostgres().NewDatabase(),
                             {.wait_ms_max = 20000, .stall_ms_max = by_itself ? 20000 : 100});
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(Migrate(**db, "test", {{1, "one", {"CREATE TABLE one (n BIGINT)"}}}).ok());
    const auto lock = [](Tx& tx) { return tx.Execute("LOCK TABLE one IN EXCLUSIVE MODE"); };
    std::optional<bool> second;
    const Status first = (*db)->Transact([&](Tx& tx) -> Status {
      if (by_itself) RETURN_IF_ERROR(GiveUpIfStalled(tx, 100));
      RETURN_IF_ERROR(lock(tx));
      std::thread([&] { second = (*db)->Transact(lock).ok(); }).join();
      RETURN_IF_ERROR(tx.Execute("INSERT INTO one VALUES (1)"));
      return Ok();
    });
    EXPECT_TRUE(*second) << by_itself;
    EXPECT_EQ(first.error().reason, "STORE_UNAVAILABLE") << by_itself;
    const auto rows = (*db)->Read([](Tx& tx) { return tx.Query("SELECT n FROM one"); });
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    EXPECT_TRUE(rows->empty()) << by_itself;
  }
}

// A full disk ends SQLite's whole transaction, in which others of the same group did their work.
TEST(Database, AFullDiskLosesNothingThatWasAnsweredAndIsToldAsPassing) {
  const testing::TempFolder folder;
  auto db = *Database::Open(testing::SqliteUrl(folder), {});
  ASSERT_TRUE(Migrate(*db, "test", {{1, "one", {"CREATE TABLE one (n BIGINT, b BYTEA)"}}}).ok());
  constexpr int kWriters = 16;
  std::vector<std::thread> threads;
  std::vector<Status> answers(kWriters);
  std::atomic<int> begun{0};
  ASSERT_TRUE(db->Transact([&](Tx& tx) -> Status {
                  ASSIGN_OR_RETURN(const Rows pages, tx.Query("PRAGMA page_count"));
                  RETURN_IF_ERROR(
                      tx.Query("PRAGMA max_page_count = " + std::to_string(pages[0].Int(0) + 4)));
                  for (int i = 0; i < kWriters; ++i) {
                    threads.emplace_back([&, i] {
                      ++begun;
                      // Every fourth is too big.
                      const Blob bytes{std::string(i % 4 == 1 ? 1 << 20 : 10, 'x')};
                      const auto added = db->Transact([&](Tx& own) {
                        return own.Execute("INSERT INTO one (n, b) VALUES ($1, $2)", i, bytes);
                      });
                      if (!added.ok()) answers[i] = added.error();
                    });
                  }
                  while (begun < kWriters) std::this_thread::yield();
                  return Ok();
                }).ok());
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kWriters; ++i) {
    const auto kept =
        *db->Read([&](Tx& tx) { return tx.Query("SELECT COUNT(*) FROM one WHERE n = $1", i); });
    EXPECT_EQ(kept[0].Int(0), answers[i].ok() ? 1 : 0) << i;
    const bool passing = answers[i].ok() || answers[i].error().code == Code::kUnavailable;
    EXPECT_TRUE(passing) << i;
    EXPECT_FALSE(i % 4 == 1 && answers[i].ok()) << i;
  }
}

TEST(Rewrite, NumbersParametersAndDropsLocks) {
  EXPECT_EQ(ForSqlite("SELECT $2, '$1 FOR UPDATE' FROM t WHERE a = $1 FOR UPDATE SKIP LOCKED"),
            "SELECT ?2, '$1 FOR UPDATE' FROM t WHERE a = ?1 ");
}

}  // namespace
}  // namespace muara::sql
