#include "libs/bus/store_fixture.h"

#include <algorithm>
#include <barrier>
#include <thread>

#include "libs/bus/sequencer.h"

namespace muara::bus {

void StoreTest::Open(const std::string& topic) {
  database_ = NewDatabase(GetParam(), folder_);
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
