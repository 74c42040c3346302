#include "libs/bus/store_fixture.h"

#include <algorithm>
#include <barrier>
#include <map>
#include <thread>

#include "libs/base/id.h"
#include "libs/bus/sequencer.h"

namespace muara::bus {
namespace {

// An owner that is away: facts are fed by hand.
class Nobody : public OwnerLog {
 public:
  Result<Page> Read(int, int64_t, int) const override { return Away(); }
  Result<Heads> Head() const override { return Away(); }
  Status ReportCheckpoints(const std::string&, const std::string&,
                           const std::vector<int64_t>&) const override {
    return Away();
  }

 private:
  static Error Away() { return MakeError(Code::kUnavailable, "PEER_UNAVAILABLE", ""); }
};

// Pairs of table and column. Those of PostgreSQL's own schemas are no tables of ours.
Result<sql::Rows> ColumnsOf(sql::Tx& tx) {
  return tx.Query(tx.engine() == sql::Engine::kSqlite
                      ? "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) "
                        "p WHERE m.type = 'table' AND p.name <> ''"
                      : "SELECT table_name, column_name FROM information_schema.columns "
                        "WHERE table_schema = current_schema()");
}

std::string CountOf(sql::Engine engine, const std::string& table, const std::string& column) {
  const std::string from = " FROM \"" + table + "\" WHERE ";
  if (engine == sql::Engine::kSqlite) {
    return "SELECT COUNT(*)" + from + "INSTR(CAST(\"" + column +
           "\" AS BLOB), CAST($1 AS BLOB)) > 0";
  }
  // Bytes are shown in hex.
  return "SELECT COUNT(*)" + from + "POSITION(LOWER(CAST($1 AS TEXT)) IN LOWER(CAST(\"" + column +
         "\" AS TEXT))) > 0 OR POSITION(ENCODE(CONVERT_TO(CAST($1 AS TEXT), 'UTF8'), 'hex') IN "
         "CAST(\"" +
         column + "\" AS TEXT)) > 0";
}

// The URL of a store with all tables, which nobody opens.
const std::string& MadeStore(sql::Engine engine, const std::string& topic,
                             const StoreTest::Migration& migrate) {
  static testing::TempFolder folder;
  static std::map<std::pair<sql::Engine, std::string>, std::string> made;
  std::string& url = made[{engine, topic}];
  if (!url.empty()) return url;
  url =
      engine == sql::Engine::kSqlite ? testing::SqliteUrl(folder) : SharedPostgres().NewDatabase();
  const auto database = OpenDatabase(url);
  CHECK(EventLog::Open(*database, topic).ok());
  CHECK(migrate(*database).ok());
  return url;
}

}  // namespace

std::vector<std::string> StoreTest::Holding(const std::string& bytes) {
  std::vector<std::string> holding;
  const Status looked = database_->Read([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const sql::Rows columns, ColumnsOf(tx));
    EXPECT_GT(columns.size(), 20u);
    for (const sql::Row& row : columns) {
      ASSIGN_OR_RETURN(const sql::Rows found,
                       tx.Query(CountOf(tx.engine(), row.Text(0), row.Text(1)), bytes));
      if (found[0].Int(0) > 0) holding.push_back(row.Text(0) + "." + row.Text(1));
    }
    return Ok();
  });
  EXPECT_TRUE(looked.ok()) << looked.error().message;
  return holding;
}

void StoreTest::Open(const std::string& topic, const Migration& migrate) {
  const std::string& made = MadeStore(GetParam(), topic, migrate);
  database_ = OpenDatabase(GetParam() == sql::Engine::kSqlite ? testing::SqliteCopyOf(made, folder_)
                                                              : SharedPostgres().CopyOf(made));
  auto log = EventLog::Open(*database_, topic);
  CHECK(log.ok());
  log_ = std::move(*log);
}

std::vector<Envelope> StoreTest::Facts(const std::string& key) {
  for (auto numbered = Sequence(*database_); numbered.ok() && *numbered > 0;) {
    numbered = Sequence(*database_);
  }
  std::vector<Envelope> facts;
  for (int part = 0; part < kParts; ++part) {
    const auto entries = log_->Read(part, 1, 100000);
    EXPECT_TRUE(entries.ok());
    if (!entries.ok()) return {};
    for (const LogEntry& entry : *entries) {
      auto envelope = ParseEnvelope(entry.envelope);
      CHECK(envelope.has_value());
      if (key.empty() || envelope->subject == key) facts.push_back(std::move(*envelope));
    }
  }
  return facts;
}

std::string StoreTest::FactTypes(const std::string& key) {
  std::string types;
  for (const Envelope& fact : Facts(key)) {
    types += (types.empty() ? "" : " ") + fact.type.substr(fact.type.rfind('.') + 1);
  }
  return types;
}

Feed::Feed(sql::Database& database, const std::string& topic)
    : database_(database),
      topic_(topic),
      nobody_(std::make_unique<Nobody>()),
      consumer_(database, *nobody_, {.topic = topic, .consumer = "tests"}, metrics_) {
  CHECK(consumer_.applier().Begin("epoch").ok());
}

Status Feed::Tell(const std::string& key, const google::protobuf::Message& fact) {
  const Envelope envelope{.id = NewUuid(),
                          .source = topic_,
                          .type = fact.GetDescriptor()->full_name(),
                          .subject = key,
                          .key_version = ++versions_[key],
                          .data = fact.SerializeAsString()};
  const int part = PartOf(key);
  const auto applied =
      consumer_.applier().Apply(part, "epoch", {LogEntry{++positions_[part], Serialize(envelope)}});
  if (!applied.ok()) return applied.error();
  CHECK(applied->position == positions_[part]);
  return database_.Read([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT reason FROM dead_letter WHERE event_id = $1", envelope.id));
    if (rows.empty()) return Ok();
    return MakeError(Code::kInternal, "DEAD_LETTER", rows[0].Text(0));
  });
}

OperationKey KeyFor(const std::string& id, const std::string& request) { return {id, request}; }

void AtOnce(int threads, const std::function<void(int)>& work) {
  std::barrier<> start(threads);
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
  for (std::thread& thread : running) thread.join();
}

std::string EngineName(const ::testing::TestParamInfo<sql::Engine>& info) {
  return info.param == sql::Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace muara::bus
