// One connection to PostgreSQL: statements prepared once, several sent at once. Used by one thread
// at a time. Errors name the primary message alone: details quote rows.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/sql/database.h"

namespace muara::sql {

class PostgresConnection {
 public:
  // A peer that is gone without a word is noticed within about half a minute, on both sides; the
  // URL may say else of ours.
  PostgresConnection(const std::string& url, const Options& options);
  ~PostgresConnection() { PQfinish(handle_); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  bool alive() const { return PQstatus(handle_) == CONNECTION_OK; }
  bool ready() const { return alive() && ready_; }
  bool idle() const { return alive() && PQtransactionStatus(handle_) == PQTRANS_IDLE; }
  std::string problem() const { return PQerrorMessage(handle_); }

  // Without parameters, by itself.
  Status Plain(const char* sql);
  // In order, with as few round trips as can be; the answer of each. What stands behind one that
  // fails is not run.
  Result<std::vector<Rows>> Run(std::span<const Statement> statements);

 private:
  Result<std::vector<Rows>> RunPiped(std::span<const Statement> statements);
  Result<std::string> Prepared(const std::string& sql);
  Result<Rows> ToRows(const PGresult* result);

  PGconn* handle_ = nullptr;
  bool ready_ = false;
  std::unordered_map<std::string, std::string> names_;
  int64_t last_name_ = 0;
};

}  // namespace muara::sql
