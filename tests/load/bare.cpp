#include "tests/load/bare.h"

#include "libs/base/id.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/sql/migrate.h"
#include "muara/event/v1/event_log.pb.h"

namespace muara::load {
namespace {

void ServeEcho(rpc::Server& server) {
  using namespace event::v1;  // NOLINT: the one service that is borrowed
  server.Unary<HeadRequest, HeadResponse>(
      "muara.event.v1.EventLog/Head",
      [](const rpc::Call&, const HeadRequest&) { return HeadResponse(); });
  server.Unary<ReadRequest, ReadResponse>(
      "muara.event.v1.EventLog/Read",
      [](const rpc::Call&, const ReadRequest&) { return ReadResponse(); });
  server.Unary<ReportCheckpointsRequest, ReportCheckpointsResponse>(
      "muara.event.v1.EventLog/ReportCheckpoints",
      [](const rpc::Call&, const ReportCheckpointsRequest&) {
        return ReportCheckpointsResponse();
      });
  server.Stream<SubscribeRequest, SubscribeResponse>(
      "muara.event.v1.EventLog/Subscribe",
      [](const rpc::Call&, const SubscribeRequest&, const auto&) { return Ok(); });
}

}  // namespace

Rate MeasureEcho(int threads, double seconds) {
  const rpc::TokenKeys keys({std::string(32, 'l')});
  metrics::Registry metrics;
  rpc::Server server({}, keys, metrics);
  ServeEcho(server);
  CHECK(server.Start().ok());
  rpc::Client client("127.0.0.1:" + std::to_string(server.port()), keys,
                     {"services/load", {rpc::Role::kService}});
  return Repeat(threads, seconds, [&](int, int) {
    return client
        .Ask<event::v1::HeadResponse>("muara.event.v1.EventLog/Head", event::v1::HeadRequest())
        .ok();
  });
}

Rate MeasureInserts(const std::string& url, int threads, double seconds) {
  auto database = sql::Database::Open(url, {});
  CHECK(database.ok());
  CHECK(sql::Migrate(
            **database, "load",
            {{1, "scratch", {"CREATE TABLE scratch (id TEXT PRIMARY KEY, body TEXT NOT NULL)"}}})
            .ok());
  const std::string body(300, 'x');
  return Repeat(threads, seconds, [&](int, int) {
    return (*database)
        ->Transact([&](sql::Tx& tx) -> Status {
          for (int i = 0; i < 3; ++i) {
            RETURN_IF_ERROR(
                tx.Execute("INSERT INTO scratch (id, body) VALUES ($1, $2)", NewUuid(), body));
          }
          return Ok();
        })
        .ok();
  });
}

}  // namespace muara::load
